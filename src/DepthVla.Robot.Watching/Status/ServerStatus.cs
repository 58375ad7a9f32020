using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Watching.Status;

/// <summary>What a policy server is doing at one moment: <c>/status</c> of its HTTP port. Times in the unit of each name; the histograms are those of <c>/metrics</c>.</summary>
public sealed record ServerStatus
{
    /// <summary>loading, ready, draining or failed.</summary>
    public required string Phase { get; init; }

    /// <summary>The server's.</summary>
    public required string Version { get; init; }

    /// <summary>Since it started, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>What is served, in order; empty until something was loaded.</summary>
    public required IReadOnlyList<ModelStatus> Models { get; init; }

    /// <summary>The objective for <see cref="Latency"/>.</summary>
    public required double ObjectiveMs { get; init; }

    /// <summary>How long <see cref="Spread.Lately"/> reaches back, s.</summary>
    public required double LatelyS { get; init; }

    /// <summary>Capture to sent.</summary>
    public required Spread Latency { get; init; }

    /// <summary>What was over when observations arrived or were taken up, and every stage of inference that ran, in order.</summary>
    public required IReadOnlyList<StageStatus> Stages { get; init; }

    /// <summary>How many were answered together, on average, lately.</summary>
    public required double BatchMean { get; init; }

    /// <summary>Observations by what became of them, since the start.</summary>
    public required IReadOnlyDictionary<string, long> Observations { get; init; }

    /// <summary>Budgets that ran out, by where, since the start.</summary>
    public required IReadOnlyDictionary<string, long> DeadlineMissed { get; init; }

    /// <summary>Calls and observations refused, by reason, since the start.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>Robots that are here, by name.</summary>
    public required IReadOnlyList<RobotStatus> Robots { get; init; }

    /// <summary>The GPU; null on the CPU.</summary>
    public required GpuStatus? Gpu { get; init; }

    /// <summary>The last minutes.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>As JSON, with snake_case names.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StatusJson.Default.ServerStatus);

    /// <summary>Null for what is none.</summary>
    public static ServerStatus? Read(string json)
    {
        try { return JsonSerializer.Deserialize(json, StatusJson.Default.ServerStatus); }
        catch (JsonException) { return null; }
    }
}

/// <summary>A policy that is served.</summary>
/// <param name="ServedAs">What robots call it by, whatever takes its place there.</param>
/// <param name="Name">The policy's own.</param>
/// <param name="Hash">The checkpoint's.</param>
/// <param name="NormalizationHash">Its statistics'.</param>
/// <param name="Precision">Of its weights.</param>
/// <param name="Device">Where it computes.</param>
/// <param name="Parameters">How many.</param>
/// <param name="Trained">False for random weights.</param>
/// <param name="Horizon">Steps of a chunk.</param>
/// <param name="StepRateHz">Of its chunks.</param>
/// <param name="HasDepth">Whether it predicts depth.</param>
/// <param name="CapacityHz">Observations a second that can be promised where it has the server to itself; null while nothing was measured.</param>
public sealed record ModelStatus(
    string ServedAs, string Name, string Hash, string NormalizationHash, string Precision, string Device, long Parameters, bool Trained, int Horizon, double StepRateHz, bool HasDepth,
    double? CapacityHz);

/// <summary>A distribution, lately and since the start.</summary>
public sealed record Spread(Percentiles Lately, Percentiles Ever);

/// <summary>A histogram's numbers, ms. Percentiles are reckoned within a bucket, as Prometheus does.</summary>
/// <param name="Count">How many values.</param>
/// <param name="MeanMs">Exact.</param>
/// <param name="P50Ms">Half did not exceed this.</param>
/// <param name="P95Ms">95 % did not.</param>
/// <param name="P99Ms">99 % did not.</param>
/// <param name="Within">The share within the objective, exact; 1 of none.</param>
public sealed record Percentiles(long Count, double MeanMs, double P50Ms, double P95Ms, double P99Ms, double Within);

/// <summary>A part of the way.</summary>
public sealed record StageStatus(string Stage, Spread Spread);

/// <summary>A robot's session.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Model">Which model answers it.</param>
/// <param name="Instruction">What it was told; empty before its first observation.</param>
/// <param name="Mode">What its arm is doing; null when it does not say.</param>
/// <param name="RateHz">Chunks a second, lately.</param>
/// <param name="PromisedHz">What it was promised; null for as often as it likes.</param>
/// <param name="SilentS">For how long nothing came from it.</param>
/// <param name="BudgetMs">Of its last observation.</param>
/// <param name="Missed">Observations whose budget ran out.</param>
/// <param name="Latency">Capture to sent, since its session began.</param>
/// <param name="Cameras">What it shows, in order.</param>
/// <param name="Sequence">Its last observation.</param>
/// <param name="DepthSequence">The observation whose depth was shown last; null where none was.</param>
public sealed record RobotStatus(
    string Id, string Model, string Instruction, string? Mode, double RateHz, double? PromisedHz, double SilentS, double BudgetMs, long Missed, Percentiles Latency,
    IReadOnlyList<string> Cameras, long Sequence, long? DepthSequence);

/// <summary>A GPU.</summary>
public sealed record GpuStatus(string Name, long MemoryUsedBytes, long MemoryBytes, double? Utilization);

/// <summary>Equal steps, the oldest first; the last ends now.</summary>
/// <param name="StepS">How long one is.</param>
/// <param name="Answered">Chunks sent in each.</param>
/// <param name="P50Ms">Of their latency.</param>
/// <param name="P99Ms">Of their latency.</param>
/// <param name="Missed">Budgets that ran out in each.</param>
public sealed record Timeline(double StepS, IReadOnlyList<long> Answered, IReadOnlyList<double> P50Ms, IReadOnlyList<double> P99Ms, IReadOnlyList<long> Missed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ServerStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
