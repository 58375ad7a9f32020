namespace DepthVla.Robot.Daemon.Options;

/// <summary>What the arm may do from the start.</summary>
internal enum StartAs
{
    /// <summary>Nothing, until somebody arms it.</summary>
    Idle,

    /// <summary>Follow plans as soon as there are any.</summary>
    Armed,
}
