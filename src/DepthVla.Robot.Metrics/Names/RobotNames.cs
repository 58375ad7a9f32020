namespace DepthVla.Robot.Metrics.Names;

/// <summary>Every metric of a robot's daemon. A robot's name is its target's label: no metric has it.</summary>
public static class RobotNames
{
    /// <summary>Which version drives.</summary>
    public static Metric Build => ServerNames.Build;

    /// <summary>What the arm is doing.</summary>
    public static Metric Mode { get; } = new("depthvla_robot_mode", "1 for what the arm is doing, 0 for the rest.", "mode");

    /// <summary>How evenly the control thread wakes.</summary>
    public static Metric ControlPeriod { get; } = new("depthvla_robot_control_period_seconds", "From each wake-up of the control thread to the next.");

    /// <summary>Periods that were missed.</summary>
    public static Metric ControlOverruns { get; } = new("depthvla_robot_control_overruns_total", "Turns of the control thread that came after skipped periods.");

    /// <summary>How much plan is left.</summary>
    public static Metric StepsRemaining { get; } = new("depthvla_robot_steps_remaining", "Steps of the plan that are still to come.");

    /// <summary>How well chunks fit together.</summary>
    public static Metric SeamError { get; } = new("depthvla_robot_seam_error_radians", "How far apart old and new plan were where one took over, the most of all joints.");

    /// <summary>What the arm feels of it.</summary>
    public static Metric SeamJerk { get; } = new("depthvla_robot_seam_jerk", "The most that commands jerked by in the 0.1 s after a new plan took over, rad/s3, the most of all joints.");

    /// <summary>What limits did.</summary>
    public static Metric LimitEvents { get; } = new("depthvla_robot_limit_events_total", "Times that a limit began to shape commands.", "kind");

    /// <summary>Why the arm held.</summary>
    public static Metric WatchdogTrips { get; } = new("depthvla_robot_watchdog_trips_total", "Times that the arm began to hold.", "cause");

    /// <summary>What the robot measures of the same thing.</summary>
    public static Metric ChunkLatency { get; } = new("depthvla_robot_chunk_latency_seconds", "From capture to the chunk's arrival.");

    /// <summary>What became of what was seen.</summary>
    public static Metric Observations { get; } = new("depthvla_robot_observations_total", "Observations by what became of them.", "result");

    /// <summary>For those who lay logs side by side.</summary>
    public static Metric ClockOffset { get; } = new("depthvla_robot_clock_offset_seconds", "How far ahead a peer's wall clock was when the session opened. Nothing is commanded by it.", "peer");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
        [Build, Mode, ControlPeriod, ControlOverruns, StepsRemaining, SeamError, SeamJerk, LimitEvents, WatchdogTrips, ChunkLatency, Observations, ClockOffset];
}
