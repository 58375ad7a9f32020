using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>How attempts are run.</summary>
public sealed record RolloutOptions
{
    /// <summary>From the moment observed to the moment its chunk is there. 60 ms.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Observations a second, Hz; 0 for what the policy suggests, as the robot does.</summary>
    public double ObservationRate { get; init; }

    /// <summary>Pictures a second to keep for people, Hz; 0 for none.</summary>
    public double PictureRate { get; init; }

    /// <summary>Is told every step of the physics; null for nobody.</summary>
    public PhysicsLog? Log { get; init; }

    /// <summary>From one observation to the next, in whole ms: the rule of the robot.</summary>
    public TimeSpan ObservationPeriod(PolicyInfo policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var rate = ObservationRate > 0 ? ObservationRate : policy.ExecuteSteps is { } steps ? policy.StepRateHz / steps : 10;
        return TimeSpan.FromMilliseconds(Math.Round(1000 / Math.Clamp(rate, 0.5, 60)));
    }
}
