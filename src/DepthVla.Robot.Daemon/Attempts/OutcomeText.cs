using System.Globalization;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>An outcome in a few words.</summary>
internal static class OutcomeText
{
    /// <summary>"done in 6.2 s" or "failed, 2 of 4 points".</summary>
    public static string Of(TaskOutcome outcome) => outcome.Success
        ? string.Create(CultureInfo.InvariantCulture, $"done in {outcome.Seconds:0.0} s")
        : $"failed, {outcome.Points} of {outcome.OutOf} points";
}
