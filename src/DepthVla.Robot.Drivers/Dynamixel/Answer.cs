using DepthVla.Robot.Drivers.Dynamixel.Protocol;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>What became of a question to one motor.</summary>
/// <param name="Came">Whether it answered in time, with as many bytes as were asked for unless it refused.</param>
/// <param name="Error">Its error byte.</param>
internal readonly record struct Answer(bool Came, StatusError Error)
{
    /// <summary>The motor did what it was asked.</summary>
    public bool Done => Came && Error.Done;

    /// <summary>Why not, in words.</summary>
    public string Reason => Came ? Error.Reason : "it does not answer";
}
