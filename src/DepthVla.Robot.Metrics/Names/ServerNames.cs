namespace DepthVla.Robot.Metrics.Names;

/// <summary>Every metric of a policy server.</summary>
public static class ServerNames
{
    /// <summary>Which version answers.</summary>
    public static Metric Build { get; } = new("depthvla_build_info", "The program's version.", "version");

    /// <summary>Which policies answer.</summary>
    public static Metric Model { get; } = new("depthvla_model_info", "The policies that are served, by name.", "model");

    /// <summary>Robots' streams.</summary>
    public static Metric Sessions { get; } = new("depthvla_sessions", "Streams of robots.", "state");

    /// <summary>What became of what was seen.</summary>
    public static Metric Observations { get; } = new("depthvla_observations_total", "Observations of robots by what became of them.", "result");

    /// <summary>How old what was seen was.</summary>
    public static Metric ObservationAge { get; } = new("depthvla_observation_age_seconds", "From capture to the start of inference, without the way to the server.");

    /// <summary>How long observations waited.</summary>
    public static Metric Queue { get; } = new("depthvla_queue_duration_seconds", "From arrival to the start of inference.");

    /// <summary>Where the time goes.</summary>
    public static Metric Inference { get; } = new("depthvla_inference_duration_seconds", "Durations of the stages of inference.", "stage");

    /// <summary>What the objective is about.</summary>
    public static Metric ChunkLatency { get; } = new("depthvla_chunk_latency_seconds", "From capture to the chunk's being sent, without the way to the server.");

    /// <summary>The same, by policy.</summary>
    public static Metric ModelLatency { get; } = new("depthvla_model_latency_seconds", "From capture to the chunk's being sent, without the way to the server, by the name that the policy is served under.", "model");

    /// <summary>Budgets that ran out.</summary>
    public static Metric DeadlineMissed { get; } = new("depthvla_deadline_missed_total", "Observations whose budget ran out, by where.", "where");

    /// <summary>What was refused.</summary>
    public static Metric Rejected { get; } = new("depthvla_rejected_total", "Calls and observations refused, by reason.", "reason");

    /// <summary>When what proves who the server is ends.</summary>
    public static Metric CertificateNotAfter { get; } = new("depthvla_certificate_not_after_seconds", "When the certificate that is shown now ends, since 1970.", "use");

    /// <summary>How many were answered together.</summary>
    public static Metric BatchSize { get; } = new("depthvla_batch_size", "Observations answered together.");

    /// <summary>How often the collector of garbage stopped the server.</summary>
    public static Metric Collections { get; } = new("depthvla_gc_collections_total", "Collections of garbage, by the oldest generation that was collected.", "generation");

    /// <summary>How long it did.</summary>
    public static Metric CollectionPause { get; } = new("depthvla_gc_pause_seconds_total", "Time for which collections of garbage stopped the server.");

    /// <summary>Memory of the GPU, by everybody.</summary>
    public static Metric GpuMemoryUsed { get; } = new("depthvla_gpu_memory_used_bytes", "Memory of the GPU that is taken, by whomever.", "gpu");

    /// <summary>Memory that the GPU has.</summary>
    public static Metric GpuMemory { get; } = new("depthvla_gpu_memory_bytes", "Memory that the GPU has.", "gpu");

    /// <summary>How busy the GPU is.</summary>
    public static Metric GpuUtilization { get; } = new("depthvla_gpu_utilization_ratio", "Share of the last moments in which the GPU computed.", "gpu");

    /// <summary>All that a server on the CPU has.</summary>
    public static IReadOnlyList<Metric> All { get; } =
        [Build, Model, Sessions, Observations, ObservationAge, Queue, Inference, ChunkLatency, ModelLatency, DeadlineMissed, Rejected, BatchSize, Collections, CollectionPause];

    /// <summary>What a server on a GPU has beside them.</summary>
    public static IReadOnlyList<Metric> Gpu { get; } = [GpuMemoryUsed, GpuMemory, GpuUtilization];
}
