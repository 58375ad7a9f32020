using DepthVla.Robot.Control.Recording;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>What the control loop did, under the names that summary, status and metrics share.</summary>
internal static class ControlFacts
{
    /// <summary>"PlanExpired" as "plan_expired".</summary>
    public static string Name<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    public static IReadOnlyDictionary<string, long> LimitEvents(ControlReport control) => new Dictionary<string, long>
    {
        ["position"] = control.Limits.Position, ["velocity"] = control.Limits.Velocity, ["acceleration"] = control.Limits.Acceleration,
        ["workspace"] = control.Limits.Workspace, ["not_finite"] = control.Limits.NotFinite,
        ["keep_out"] = control.Limits.KeepOut, ["self_distance"] = control.Limits.SelfDistance, ["tool_speed"] = control.Limits.ToolSpeed,
    };

    public static IReadOnlyDictionary<string, HoldEntry> Holds(ControlReport control) =>
        control.Holds.ToDictionary(hold => Name(hold.Reason), hold => new HoldEntry(hold.Count, hold.Seconds, hold.LongestSeconds));

    public static IReadOnlyDictionary<string, ModeEntry> Modes(ControlReport control) => control.Modes.ToDictionary(mode => Name(mode.Mode), mode => new ModeEntry(mode.Count, mode.Seconds));

    public static WakeupSummary WakeUps(ControlReport control) =>
        new(control.WakeUpMicroseconds.P50, control.WakeUpMicroseconds.P99, control.WakeUpMicroseconds.P999, control.WakeUpMicroseconds.Max);
}
