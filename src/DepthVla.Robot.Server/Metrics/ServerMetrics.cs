using System.Reflection;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Metrics;
using DepthVla.Robot.Metrics.Names;

namespace DepthVla.Robot.Server.Metrics;

/// <summary>Everything the server counts. No robot, session or text is a label.</summary>
internal sealed class ServerMetrics
{
    private static readonly string[] Stages = [.. Enum.GetValues<Stage>().Where(s => s != Stage.Queue).Select(Name)];

    private static ReadOnlySpan<double> BatchEdges => [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    private readonly Histogram[] _inference = new Histogram[StageTimings.Count];

    public ServerMetrics()
    {
        Inference = new(ServerNames.Inference.Label, Stages);
        for (var stage = Stage.Decode; stage <= Stage.Total; stage++) _inference[(int)stage] = Inference[Name(stage)];
    }

    public static string Version { get; } = typeof(ServerMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public Family<Gauge> Sessions { get; } = new(ServerNames.Sessions.Label, "handshake", "open", "openpi");

    public Family<Counter> Observations { get; } = new(ServerNames.Observations.Label, "used", "superseded", "expired", "invalid", "failed");

    public Family<Counter> DeadlineMissed { get; } = new(ServerNames.DeadlineMissed.Label, "queue", "compute", "send");

    public Family<Counter> Rejected { get; } = new(ServerNames.Rejected.Label);

    /// <summary>When the server's own certificate ends, s since 1970; nothing without TLS.</summary>
    public Family<Gauge> CertificateNotAfter { get; } = new(ServerNames.CertificateNotAfter.Label);

    public Histogram ObservationAge { get; } = new();

    public Histogram Queue { get; } = new();

    public Family<Histogram> Inference { get; }

    public Histogram ChunkLatency { get; } = new();

    /// <summary>By the name that a policy is served under, which is the operator's.</summary>
    public Family<Histogram> ModelLatency { get; } = new(ServerNames.ModelLatency.Label);

    public Histogram BatchSize { get; } = new(BatchEdges, unit: 1);

    /// <summary>Counts every stage that ran. Does not allocate.</summary>
    public void ObserveStages(in StageTimings timings)
    {
        for (var stage = Stage.Decode; stage <= Stage.Total; stage++)
        {
            if (timings[stage] > 0) _inference[(int)stage].Observe(timings[stage]);
        }
    }

    /// <summary>All of it as Prometheus text.</summary>
    /// <param name="served">What is being served, by name.</param>
    /// <param name="gpu">The device's state; null on the CPU.</param>
    public string ToText(IEnumerable<(string Model, PolicyInfo Policy)> served, GpuState? gpu)
    {
        var text = new PrometheusText();
        text.Info(ServerNames.Build, ("version", Version));
        text.Infos(ServerNames.Model, served.Select(one => new[] { ("model", one.Model), ("model_hash", one.Policy.ModelHash), ("norm_hash", one.Policy.NormalizationHash), ("precision", one.Policy.Precision) }));

        text.Gauges(ServerNames.Sessions, Sessions);
        text.Counters(ServerNames.Observations, Observations);
        text.Histogram(ServerNames.ObservationAge, ObservationAge);
        text.Histogram(ServerNames.Queue, Queue);
        text.Histograms(ServerNames.Inference, Inference);
        text.Histogram(ServerNames.ChunkLatency, ChunkLatency);
        text.Histograms(ServerNames.ModelLatency, ModelLatency);
        text.Histogram(ServerNames.BatchSize, BatchSize);
        text.Counters(ServerNames.DeadlineMissed, DeadlineMissed);
        text.Counters(ServerNames.Rejected, Rejected);
        text.Gauges(ServerNames.CertificateNotAfter, CertificateNotAfter);
        text.Counters(ServerNames.Collections, Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => ($"{generation}", (double)CollectionsOf(generation))));
        text.Counter(ServerNames.CollectionPause, GC.GetTotalPauseDuration().TotalSeconds);
        if (gpu is not { } device) return text.ToString();
        text.Gauges(ServerNames.GpuMemoryUsed, [(device.Name, (double)device.MemoryUsedBytes)]);
        text.Gauges(ServerNames.GpuMemory, [(device.Name, (double)device.MemoryBytes)]);
        if (device.Utilization is { } busy) text.Gauges(ServerNames.GpuUtilization, [(device.Name, busy)]);
        return text.ToString();
    }

    // The runtime counts a collection of a generation for each younger one, too.
    private static int CollectionsOf(int generation) => GC.CollectionCount(generation) - (generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0);

    /// <summary>A stage as labels name it.</summary>
    public static string Name(Stage stage) => stage.ToString().ToLowerInvariant();
}
