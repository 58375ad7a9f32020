namespace DepthVla.Robot.Daemon.Running;

/// <summary>What the process ends with. A configuration that cannot be used is 2.</summary>
internal static class RunOutcome
{
    /// <summary>The run ended as planned and every promise was held.</summary>
    public const int Held = 0;

    /// <summary>Something failed: the arm, a camera, the simulator.</summary>
    public const int Failed = 1;

    /// <summary>Robot and policy do not fit.</summary>
    public const int ContractRefused = 3;

    /// <summary>The run ended as planned, but a promise was broken; the summary says which.</summary>
    public const int BrokenPromise = 4;
}
