namespace DepthVla.Robot.Daemon.Options;

/// <summary>What is done to the pictures of the simulated cameras, to see whether a policy looks.</summary>
internal enum CameraFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All are black.</summary>
    Black,

    /// <summary>Each camera shows what the next one sees, the last what the first sees.</summary>
    Swapped,
}
