using System.Buffers.Binary;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>The connection that the script opened to us: numbered messages one way, its last word the other. One thread.</summary>
/// <param name="link">Connected by the script, which has said its hello.</param>
/// <param name="commandTimeout">How long the script waits for a message.</param>
internal sealed class ServoLink(Link link, TimeSpan commandTimeout) : IDisposable
{
    private readonly byte[] _message = new byte[ServoMessage.Bytes];
    private readonly byte[] _word = new byte[4];
    private int _wordLength;
    private int _number;

    /// <summary>Sends the next message. Does not allocate.</summary>
    /// <exception cref="LinkException">The connection ended, or the script reads no more.</exception>
    public void Send(ServoKind kind, in JointVector positions = default)
    {
        ServoMessage.Write(_message, _number, kind, in positions);
        _number = (_number + 1) % ServoMessage.Numbers;
        link.Send(_message);
    }

    /// <summary>How the script ended, or null while it has not said so. Does not allocate.</summary>
    /// <exception cref="LinkException">The connection ended without a word.</exception>
    public ServoEnd? Ended()
    {
        if (_wordLength < _word.Length) _wordLength += link.Receive(_word.AsSpan(_wordLength));
        return _wordLength == _word.Length ? (ServoEnd)BinaryPrimitives.ReadInt32BigEndian(_word) : null;
    }

    /// <summary>Waits until <see cref="Ended"/> may have something to say.</summary>
    public bool Wait(TimeSpan timeout) => link.WaitReadable(timeout);

    /// <summary>How it ended, in words.</summary>
    public string Describe(ServoEnd end) => end switch
    {
        ServoEnd.Goodbye => "the script on the controller ended as it was asked to",
        ServoEnd.TimedOut => $"no command reached the controller for {commandTimeout.TotalMilliseconds} ms: its script stopped the arm",
        ServoEnd.OutOfStep => "a command reached the controller out of step: its script stopped the arm",
        ServoEnd.TooFar => "a target was too far from the one before: the script on the controller stopped the arm",
        _ => $"the script on the controller ended with {(int)end}",
    };

    public void Dispose() => link.Dispose();
}
