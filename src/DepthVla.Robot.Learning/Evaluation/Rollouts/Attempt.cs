using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>One attempt at a task, ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Observations">How many the policy answered; null, as the next two, when a daemon drove, which counts them for all its attempts together.</param>
/// <param name="Refused">How many chunks the robot refused; nothing sound is refused.</param>
/// <param name="Unreached">How many steps of tool poses the arm could not reach, or not so fast.</param>
public sealed record Attempt(TaskOutcome Outcome, int? Observations, int? Refused, int? Unreached)
{
    /// <summary>How far apart two plans were, in the median, where one took over from the other, rad; null as above.</summary>
    public double? SeamRadians { get; init; }

    /// <summary>Pictures on the way, the last at the end; empty when none were asked for.</summary>
    [JsonIgnore]
    public ImmutableArray<Moment> Moments { get; init; } = [];
}

/// <summary>What it looked like at one moment.</summary>
/// <param name="Seconds">Since the attempt began.</param>
/// <param name="Primary">JPEG.</param>
/// <param name="Wrist">JPEG.</param>
public sealed record Moment(double Seconds, ReadOnlyMemory<byte> Primary, ReadOnlyMemory<byte> Wrist);
