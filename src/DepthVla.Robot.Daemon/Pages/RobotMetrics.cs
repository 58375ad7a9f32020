using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Pages;

/// <summary>What a robot tells Prometheus. Its name is its target's label: no metric has it, and none has a session or a text.</summary>
internal static class RobotMetrics
{
    // About the usual periods, 1 to 20 ms, and the overruns of each.
    private static ReadOnlySpan<double> PeriodEdges => [0.0005, 0.00095, 0.00105, 0.0015, 0.0019, 0.0021, 0.003, 0.0039, 0.0041, 0.005, 0.0075, 0.0095, 0.0105, 0.015, 0.019, 0.021, 0.03, 0.05, 0.1];

    private static ReadOnlySpan<double> SeamEdges => [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5];

    /// <summary>All of it.</summary>
    /// <param name="control">What the loop did.</param>
    /// <param name="stepsRemaining">Of the plan being followed.</param>
    /// <param name="link">What became of the observations.</param>
    public static string ToText(ControlReport control, int stepsRemaining, LinkStatistics link)
    {
        var (text, asked) = (new PrometheusText(), link.Report());
        text.Info("depthvla_build_info", "The daemon's version.", ("version", ProgramOptions.Version));
        text.Gauges("depthvla_robot_mode", "1 for what the arm is doing, 0 for the rest.", "mode",
            Enum.GetValues<Mode>().Select(mode => (ControlFacts.Name(mode), mode == control.Mode ? 1.0 : 0)));
        text.Histogram("depthvla_robot_control_period_seconds", "From each wake-up of the control thread to the next.", PeriodEdges,
            edge => control.PeriodNs.AtMost((long)(edge * 1e9)), control.PeriodNs.Count, control.PeriodNs.Sum * 1e-9);
        text.Counter("depthvla_robot_control_overruns_total", "Turns of the control thread that came after skipped periods.", control.Overruns);
        text.Gauge("depthvla_robot_steps_remaining", "Steps of the plan that are still to come.", stepsRemaining);
        text.Histogram("depthvla_robot_seam_error_radians", "How far apart old and new plan were where one took over, the most of all joints.", SeamEdges,
            edge => control.SeamMicroradians.AtMost((long)Math.Round(edge * 1e6)), control.SeamMicroradians.Count, control.SeamMicroradians.Sum * 1e-6);
        text.Counters("depthvla_robot_limit_events_total", "Times that a limit began to shape commands.", "kind",
            ControlFacts.LimitEvents(control).Select(limit => (limit.Key, (double)limit.Value)));
        text.Counters("depthvla_robot_watchdog_trips_total", "Times that the arm began to hold.", "cause", Enum.GetValues<HoldReason>().Where(reason => reason != HoldReason.None).Select(reason =>
            (ControlFacts.Name(reason), (double)control.Holds.FirstOrDefault(hold => hold.Reason == reason).Count)));
        text.Histogram("depthvla_robot_chunk_latency_seconds", "From capture to the chunk's arrival.", link.Latency);
        text.Counters("depthvla_robot_observations_total", "Observations by what became of them.", "result",
            [("answered", asked.Chunks), ("superseded", asked.Superseded), ("failed", asked.Failed), ("withheld", asked.Withheld)]);
        return text.ToString();
    }
}
