using DepthVla.Robot.Core.Robots;
using System.Collections.Immutable;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Recording;

/// <summary>How a quantity was distributed since the start.</summary>
/// <param name="Count">How many values.</param>
/// <param name="P50">Half did not exceed this.</param>
/// <param name="P99">99% did not exceed this.</param>
/// <param name="P999">99.9% did not exceed this.</param>
/// <param name="Max">None exceeded this.</param>
public readonly record struct Distribution(long Count, double P50, double P99, double P999, double Max);

/// <summary>How often each limit began to change commands: once for every time it does after 100 ms in which it did not.</summary>
/// <param name="Position">Targets outside a joint's range.</param>
/// <param name="Velocity">Targets too far to be reached in time at the highest speed.</param>
/// <param name="Acceleration">Targets too far to be reached in time, or stopped at, at the highest acceleration.</param>
/// <param name="Workspace">Targets that led the tool point out of its box.</param>
/// <param name="NotFinite">Targets that were NaN or infinite.</param>
/// <param name="KeepOut">Targets that led a link into a keep-out box.</param>
/// <param name="SelfDistance">Targets that led two links too near to each other.</param>
/// <param name="ToolSpeed">Targets that made the tool point too fast.</param>
public readonly record struct LimitEvents(
    long Position, long Velocity, long Acceleration, long Workspace, long NotFinite, long KeepOut = 0, long SelfDistance = 0, long ToolSpeed = 0);

/// <summary>How often and how long the arm held for one reason.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Count">How often a hold for it began.</param>
/// <param name="Seconds">How long all of them took, the present one so far included.</param>
/// <param name="LongestSeconds">How long the longest of them took.</param>
public readonly record struct HoldSummary(HoldReason Reason, long Count, double Seconds, double LongestSeconds);

/// <summary>How often and how long the arm was in a mode.</summary>
/// <param name="Mode">Which.</param>
/// <param name="Count">How often it came into it.</param>
/// <param name="Seconds">How long in all, the present time so far included.</param>
public readonly record struct ModeSummary(Mode Mode, long Count, double Seconds);

/// <summary>What the control loop did since it started, at one moment. Immutable.</summary>
public sealed record ControlReport
{
    /// <summary>Turns of the loop.</summary>
    public required long Ticks { get; init; }

    /// <summary>Turns that came after skipped periods.</summary>
    public required long Overruns { get; init; }

    /// <summary>Periods skipped in all.</summary>
    public required long SkippedPeriods { get; init; }

    /// <summary>How late the thread woke, µs.</summary>
    public required Distribution WakeUpMicroseconds { get; init; }

    /// <summary>What the control thread allocated since the loop began, bytes. 0 is the promise.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>How often each limit began to change commands.</summary>
    public required LimitEvents Limits { get; init; }

    /// <summary>What the arm is doing at this moment.</summary>
    public required Mode Mode { get; init; }

    /// <summary>For how long it has been doing that, s.</summary>
    public required double ModeSeconds { get; init; }

    /// <summary>One summary for each mode that the arm was in.</summary>
    public required ImmutableArray<ModeSummary> Modes { get; init; }

    /// <summary>Why the arm holds at this moment; <see cref="HoldReason.None"/> while it follows a plan.</summary>
    public required HoldReason Holding { get; init; }

    /// <summary>One summary for each reason that there was a hold for.</summary>
    public required ImmutableArray<HoldSummary> Holds { get; init; }

    /// <summary>How far apart old and new plan were when the loop changed from one to the other, rad.</summary>
    public required Distribution SeamRadians { get; init; }

    /// <summary>The same, every one of them, µrad.</summary>
    public required LogHistogram SeamMicroradians { get; init; }

    /// <summary>The most that commands jerked by in the 0.1 s after each seam, rad/s³.</summary>
    public required LogHistogram SeamJerk { get; init; }

    /// <summary>From each wake-up of the thread to the next, ns.</summary>
    public required LogHistogram PeriodNs { get; init; }

    /// <summary>How long after its plan's first step the loop is, s; 0 during a hold.</summary>
    public required double PlanAgeSeconds { get; init; }

    /// <summary>The oldest that a plan ever grew while it was followed, s.</summary>
    public required double MaxPlanAgeSeconds { get; init; }

    /// <summary>The step being executed; null during a hold.</summary>
    public required ExecutingStep? Executing { get; init; }
}
