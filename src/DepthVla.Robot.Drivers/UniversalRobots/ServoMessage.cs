using System.Buffers.Binary;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>What a message to the script asks for.</summary>
internal enum ServoKind
{
    /// <summary>Stop in an orderly way and end.</summary>
    Goodbye = 0,

    /// <summary>Stay, and wait for the first target.</summary>
    Wait = 1,

    /// <summary>Follow the joint positions.</summary>
    Follow = 2,

    /// <summary>Let people move the arm by hand, until a message of another kind.</summary>
    Free = 3,
}

/// <summary>How a script ended: the number that it sends last.</summary>
internal enum ServoEnd
{
    /// <summary>As it was asked to.</summary>
    Goodbye = 1,

    /// <summary>No message came for the command timeout.</summary>
    TimedOut = 2,

    /// <summary>A message was not the next one.</summary>
    OutOfStep = 3,

    /// <summary>A target was too far from the one before.</summary>
    TooFar = 4,
}

/// <summary>Messages to the script: nine 32-bit integers, big-endian: mark, number, kind, six positions in µrad.</summary>
/// <remarks>URScript reads nothing from sockets but integers and text. Pure; without allocation.</remarks>
internal static class ServoMessage
{
    public const int Integers = 9;
    public const int Bytes = 4 * Integers;
    public const int Mark = 0x44565231;
    public const double UnitsPerRadian = 1e6;

    /// <summary>Numbers go from 0 to one less than this, and around.</summary>
    public const int Numbers = 1_000_000_000;

    /// <summary>Joints turn this far at most, rad: a turn and a quarter either way, more than any arm of the series can.</summary>
    public const double MaxPosition = 2.5 * Math.PI;

    /// <summary>Whether positions can be sent at all.</summary>
    public static bool CanSend(in JointVector positions)
    {
        if (positions.Count != RtdeJoints) return false;
        foreach (var position in positions.AsReadOnlySpan()) if (!(Math.Abs(position) <= MaxPosition)) return false;
        return true;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="to">Room for <see cref="Bytes"/>.</param>
    /// <param name="number">0 to <see cref="Numbers"/> − 1.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="positions">rad; such as <see cref="CanSend"/> allows. Read for <see cref="ServoKind.Follow"/> alone.</param>
    public static void Write(Span<byte> to, int number, ServoKind kind, in JointVector positions)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, Mark);
        BinaryPrimitives.WriteInt32BigEndian(to[4..], number);
        BinaryPrimitives.WriteInt32BigEndian(to[8..], (int)kind);
        for (var i = 0; i < RtdeJoints; i++)
        {
            var units = kind == ServoKind.Follow ? (int)Math.Round(positions[i] * UnitsPerRadian) : 0;
            BinaryPrimitives.WriteInt32BigEndian(to[(12 + (4 * i))..], units);
        }
    }

    private const int RtdeJoints = Rtde.RtdeSample.Joints;
}
