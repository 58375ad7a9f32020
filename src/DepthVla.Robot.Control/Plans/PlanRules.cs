namespace DepthVla.Robot.Control.Plans;

/// <summary>What times a chunk may have. They bound how long an arm can move after the server is gone.</summary>
public sealed record PlanRules
{
    /// <summary>How long after its arrival a chunk may be followed at most. The default is 5 s.</summary>
    public TimeSpan MaxValidity { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far in the future a chunk may begin. The default is 1 s.</summary>
    public TimeSpan MaxLead { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest step. The default is 1 s; the shortest is 1 ms.</summary>
    public TimeSpan MaxStepPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most steps. The default is 1024.</summary>
    public int MaxSteps { get; init; } = 1024;
}
