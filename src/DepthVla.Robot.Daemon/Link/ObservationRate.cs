using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>How often to look: what the operator says, else what the policy suggests, else ten times a second.</summary>
/// <remarks>A policy made to see k steps of a chunk carried out before it looks again suggests its step rate divided by k.</remarks>
internal static class ObservationRate
{
    private const double Usual = 10, Least = 0.5, Most = 60;

    /// <summary>Hz.</summary>
    /// <param name="chosen">The operator's, Hz; 0 for none.</param>
    /// <param name="policy">The policy, or null before the first session.</param>
    public static double Of(double chosen, PolicyInfo? policy)
    {
        var rate = chosen > 0 ? chosen : policy?.ExecuteSteps is { } steps ? policy.StepRateHz / steps : Usual;
        return Math.Clamp(rate, Least, Most);
    }
}
