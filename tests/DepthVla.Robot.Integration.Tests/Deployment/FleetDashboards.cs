using DepthVla.Robot.Metrics;
using DepthVla.Robot.Metrics.Names;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>What deploy/grafana holds, made of the names that the programs serve their metrics under.</summary>
internal static class FleetDashboards
{
    private const string Server = "{instance=~\"$instance\"}";
    private const string Robot = "{robot=~\"$robot\"}";

    /// <summary>Their files' names and contents.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["servers.json"] = Grafana.Write("depthvla-servers", "DepthVLA servers", "instance", ServerNames.Sessions.Name, Servers),
        ["robots.json"] = Grafana.Write("depthvla-robots", "DepthVLA robots", "robot", RobotNames.Mode.Name, Robots),
    };

    private static IEnumerable<Panel> Servers =>
    [
        new("Within 210 ms", "stat", "percentunit", 6, new Query($"sum({Rate(ServerNames.ChunkLatency, "_bucket", "{le=\"0.21\",instance=~\"$instance\"}")}) / sum({Rate(ServerNames.ChunkLatency, "_count", Server)})", "within")),
        new("Robots", "stat", "short", 6, new Query($"sum({ServerNames.Sessions.Name}{{state=\"open\",instance=~\"$instance\"}})", "robots")),
        new("Chunks", "stat", "ops", 6, new Query($"sum({Rate(ServerNames.ChunkLatency, "_count", Server)})", "chunks")),
        new("Budgets missed", "stat", "ops", 6, new Query($"sum({Rate(ServerNames.DeadlineMissed, "", Server)})", "missed")) { Limit = 0.01 },
        new("Latency, capture to chunk", "timeseries", "s", 12, Quantiles(ServerNames.ChunkLatency, Server)) { Limit = 0.21 },
        new("Stages, mean", "timeseries", "s", 12, Mean(ServerNames.Inference, "{stage!=\"total\",instance=~\"$instance\"}", "stage")) { Stacked = true },
        new("Latency, all of it", "heatmap", "s", 12, new Query($"sum by (le) (increase({ServerNames.ChunkLatency.Name}_bucket{Server}[$__rate_interval]))", "{{le}}")),
        new("Waiting for the policy", "timeseries", "s", 12, Quantiles(ServerNames.Queue, Server)),
        new("Age at the start of inference", "timeseries", "s", 12, Quantiles(ServerNames.ObservationAge, Server)) { Limit = 0.21 },
        new("Answered together, mean", "timeseries", "short", 6, Mean(ServerNames.BatchSize, Server, "instance")),
        new("Stopped by collections of garbage", "timeseries", "percentunit", 6, new Query(Rate(ServerNames.CollectionPause, "", Server), "{{instance}}")),
        new("Observations", "timeseries", "ops", 8, Rates(ServerNames.Observations, Server)) { Stacked = true },
        new("Budgets missed, where", "timeseries", "ops", 8, Rates(ServerNames.DeadlineMissed, Server)) { Stacked = true },
        new("Refused", "timeseries", "ops", 8, Rates(ServerNames.Rejected, Server)) { Stacked = true },
        new("GPU memory", "timeseries", "bytes", 6, new Query($"{ServerNames.GpuMemoryUsed.Name}{Server}", "{{instance}} used"), new Query($"{ServerNames.GpuMemory.Name}{Server}", "{{instance}} of")),
        new("GPU busy", "timeseries", "percentunit", 6, new Query($"{ServerNames.GpuUtilization.Name}{Server}", "{{instance}}")),
        new("Latency by model, 99 %", "timeseries", "s", 6, new Query($"histogram_quantile(0.99, sum by (model, le) ({Rate(ServerNames.ModelLatency, "_bucket", Server)}))", "{{model}}")) { Limit = 0.21 },
        new("Models served", "timeseries", "short", 6, new Query($"count by (model, model_hash) ({ServerNames.Model.Name}{Server})", "{{model}} {{model_hash}}")) { Stacked = true },
    ];

    private static IEnumerable<Panel> Robots =>
    [
        new("What the arms are doing", "state-timeline", "short", 24, new Query($"{RobotNames.Mode.Name}{Robot} == 1", "{{robot}} {{mode}}")),
        new("Latency, capture to arrival", "timeseries", "s", 12, Each(RobotNames.ChunkLatency, 0.5), Each(RobotNames.ChunkLatency, 0.99)) { Limit = 0.21 },
        new("Observations", "timeseries", "ops", 12, Rates(RobotNames.Observations, Robot)) { Stacked = true },
        new("Steps still to come", "timeseries", "short", 12, new Query($"{RobotNames.StepsRemaining.Name}{Robot}", "{{robot}}")),
        new("Began to hold", "timeseries", "ops", 12, Rates(RobotNames.WatchdogTrips, Robot)),
        new("Seams, 99 %", "timeseries", "rad", 8, Each(RobotNames.SeamError, 0.99)),
        new("Jerk after seams, 99 %, rad/s³", "timeseries", "short", 8, Each(RobotNames.SeamJerk, 0.99)),
        new("Limits that shaped commands", "timeseries", "ops", 8, Rates(RobotNames.LimitEvents, Robot)),
        new("Control period", "timeseries", "s", 8, Each(RobotNames.ControlPeriod, 0.5), Each(RobotNames.ControlPeriod, 0.999)),
        new("Overruns", "timeseries", "ops", 8, new Query(Rate(RobotNames.ControlOverruns, "", Robot), "{{robot}}")),
        new("Server's clock ahead by", "timeseries", "s", 8, new Query($"{RobotNames.ClockOffset.Name}{Robot}", "{{robot}} {{peer}}")),
    ];

    private static string Rate(Metric metric, string part, string chosen) => $"rate({metric.Name}{part}{chosen}[$__rate_interval])";

    private static Query[] Quantiles(Metric metric, string chosen) =>
        [.. ((double[])[0.5, 0.95, 0.99]).Select(share => new Query($"histogram_quantile({share}, sum by (le) ({Rate(metric, "_bucket", chosen)}))", $"{100 * share} %"))];

    private static Query Each(Metric metric, double share) => new($"histogram_quantile({share}, sum by (robot, le) ({Rate(metric, "_bucket", Robot)}))", $"{{{{robot}}}} {100 * share} %");

    private static Query Mean(Metric metric, string chosen, string by) =>
        new($"sum by ({by}) ({Rate(metric, "_sum", chosen)}) / sum by ({by}) ({Rate(metric, "_count", chosen)})", $"{{{{{by}}}}}");

    private static Query Rates(Metric metric, string chosen) => new($"sum by ({metric.Label}) ({Rate(metric, "", chosen)})", $"{{{{{metric.Label}}}}}");
}
