using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Metrics.Names;
using DepthVla.Robot.Settings;

namespace DepthVla.Robot.Daemon.Pages;

/// <summary>What a robot tells Prometheus. Its name is its target's label: no metric has it, and none has a session or a text.</summary>
internal static class RobotMetrics
{
    // About the usual periods, 1 to 20 ms, and the overruns of each.
    private static ReadOnlySpan<double> PeriodEdges => [0.0005, 0.00095, 0.00105, 0.0015, 0.0019, 0.0021, 0.003, 0.0039, 0.0041, 0.005, 0.0075, 0.0095, 0.0105, 0.015, 0.019, 0.021, 0.03, 0.05, 0.1];

    private static ReadOnlySpan<double> SeamEdges => [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5];

    // 650 is the limit of the arm that ships.
    private static ReadOnlySpan<double> JerkEdges => [1, 3, 10, 30, 100, 200, 300, 400, 500, 600, 650, 700, 1000, 10000];

    /// <summary>All of it.</summary>
    /// <param name="control">What the loop did.</param>
    /// <param name="stepsRemaining">Of the plan being followed.</param>
    /// <param name="link">What became of the observations.</param>
    /// <param name="clockOffset">How far ahead the server's wall clock is, s; not finite when that is not known.</param>
    public static string ToText(ControlReport control, int stepsRemaining, LinkStatistics link, double clockOffset)
    {
        var (text, asked) = (new PrometheusText(), link.Report());
        text.Info(RobotNames.Build, ("version", ProgramOptions.Version));
        text.Gauges(RobotNames.Mode,
            Enum.GetValues<Mode>().Select(mode => (ControlFacts.Name(mode), mode == control.Mode ? 1.0 : 0)));
        text.Histogram(RobotNames.ControlPeriod, PeriodEdges,
            edge => control.PeriodNs.AtMost((long)(edge * 1e9)), control.PeriodNs.Count, control.PeriodNs.Sum * 1e-9);
        text.Counter(RobotNames.ControlOverruns, control.Overruns);
        text.Gauge(RobotNames.StepsRemaining, stepsRemaining);
        text.Histogram(RobotNames.SeamError, SeamEdges,
            edge => control.SeamMicroradians.AtMost((long)Math.Round(edge * 1e6)), control.SeamMicroradians.Count, control.SeamMicroradians.Sum * 1e-6);
        text.Histogram(RobotNames.SeamJerk, JerkEdges, edge => control.SeamJerk.AtMost((long)edge), control.SeamJerk.Count, control.SeamJerk.Sum);
        text.Counters(RobotNames.LimitEvents,
            ControlFacts.LimitEvents(control).Select(limit => (limit.Key, (double)limit.Value)));
        text.Counters(RobotNames.WatchdogTrips, Enum.GetValues<HoldReason>().Where(reason => reason != HoldReason.None).Select(reason =>
            (ControlFacts.Name(reason), (double)control.Holds.FirstOrDefault(hold => hold.Reason == reason).Count)));
        text.Histogram(RobotNames.ChunkLatency, link.Latency);
        text.Counters(RobotNames.Observations,
            [("answered", asked.Chunks), ("superseded", asked.Superseded), ("failed", asked.Failed), ("withheld", asked.Withheld)]);
        if (double.IsFinite(clockOffset)) text.Gauges(RobotNames.ClockOffset, [("server", clockOffset)]);
        return text.ToString();
    }
}
