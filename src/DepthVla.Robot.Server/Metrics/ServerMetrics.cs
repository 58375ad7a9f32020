using System.Reflection;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Metrics;

namespace DepthVla.Robot.Server.Metrics;

/// <summary>Everything the server counts. No robot, session or text is a label.</summary>
internal sealed class ServerMetrics
{
    private static readonly string[] Stages = [.. Enum.GetValues<Stage>().Where(s => s != Stage.Queue).Select(Name)];

    private readonly Histogram[] _inference = new Histogram[StageTimings.Count];

    public ServerMetrics()
    {
        Inference = new("stage", Stages);
        for (var stage = Stage.Decode; stage <= Stage.Total; stage++) _inference[(int)stage] = Inference[Name(stage)];
    }

    public static string Version { get; } = typeof(ServerMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public Family<Gauge> Sessions { get; } = new("state", "handshake", "open", "openpi");

    public Family<Counter> Observations { get; } = new("result", "used", "superseded", "expired", "invalid", "failed");

    public Family<Counter> DeadlineMissed { get; } = new("where", "queue", "compute", "send");

    public Family<Counter> Rejected { get; } = new("reason");

    public Histogram ObservationAge { get; } = new();

    public Histogram Queue { get; } = new();

    public Family<Histogram> Inference { get; }

    public Histogram ChunkLatency { get; } = new();

    /// <summary>Counts every stage that ran. Does not allocate.</summary>
    public void ObserveStages(in StageTimings timings)
    {
        for (var stage = Stage.Decode; stage <= Stage.Total; stage++)
        {
            if (timings[stage] > 0) _inference[(int)stage].ObserveNs(timings[stage]);
        }
    }

    /// <summary>All of it as Prometheus text.</summary>
    /// <param name="policy">What is being served, or null while nothing is.</param>
    public string ToText(PolicyInfo? policy)
    {
        var text = new PrometheusText();
        text.Info("depthvla_build_info", "The server's version.", ("version", Version));
        if (policy is not null)
        {
            text.Info("depthvla_model_info", "The policy that is served.",
                ("model_hash", policy.ModelHash), ("norm_hash", policy.NormalizationHash), ("precision", policy.Precision));
        }

        text.Gauges("depthvla_sessions", "Streams of robots, and connections of openpi clients.", Sessions);
        text.Counters("depthvla_observations_total", "Observations of robots by what became of them.", Observations);
        text.Histogram("depthvla_observation_age_seconds", "From capture to the start of inference, without the way to the server.", ObservationAge);
        text.Histogram("depthvla_queue_duration_seconds", "From arrival to the start of inference.", Queue);
        text.Histograms("depthvla_inference_duration_seconds", "Durations of the stages of inference.", Inference);
        text.Histogram("depthvla_chunk_latency_seconds", "From capture to the chunk's being sent, without the way to the server.", ChunkLatency);
        text.Counters("depthvla_deadline_missed_total", "Observations whose budget ran out, by where.", DeadlineMissed);
        text.Counters("depthvla_rejected_total", "Calls and observations refused, by reason.", Rejected);
        return text.ToString();
    }

    private static string Name(Stage stage) => stage.ToString().ToLowerInvariant();
}
