using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>What a daemon is doing at one moment, as <c>status --json</c> prints it. Times in the unit of each name.</summary>
internal sealed record DaemonStatus
{
    public required string RobotId { get; init; }

    public required ArmSummary Arm { get; init; }

    public required string Instruction { get; init; }

    /// <summary>How long the daemon has been driving.</summary>
    public required double Seconds { get; init; }

    /// <summary>idle, armed, tracking, degraded, holding or stopped.</summary>
    public required string Mode { get; init; }

    /// <summary>Why the arm holds; null while it follows a plan.</summary>
    public required string? Because { get; init; }

    /// <summary>For how long it has been in that mode.</summary>
    public required double ModeS { get; init; }

    /// <summary>How much of its speed the arm may use, 0 to 1: less where the predicted depth shows something near.</summary>
    public required double SpeedShare { get; init; }

    /// <summary>Steps of the plan that are still to come; 0 during a hold.</summary>
    public required int StepsRemaining { get; init; }

    /// <summary>How long after its plan's first step the arm is; 0 during a hold.</summary>
    public required double PlanAgeS { get; init; }

    public required ServerStatus Server { get; init; }

    public required LatencyStatus LatencyMs { get; init; }

    public required long Observations { get; init; }

    public required long Chunks { get; init; }

    public required long ChunksRefused { get; init; }

    /// <summary>Observations whose chunk came after the budget, or never because it was spent.</summary>
    public required long DeadlineMisses { get; init; }

    /// <summary>Why observations are kept back at this moment; null while they are not.</summary>
    public required string? WithheldBecause { get; init; }

    /// <summary>Observations that were kept back so far.</summary>
    public required long Withheld { get; init; }

    public required ControlStatus Control { get; init; }

    public required IReadOnlyDictionary<string, long> LimitEvents { get; init; }

    public required IReadOnlyDictionary<string, HoldEntry> HoldsByReason { get; init; }

    public required IReadOnlyDictionary<string, ModeEntry> Modes { get; init; }

    /// <summary>The cameras, in the policy's order.</summary>
    public required IReadOnlyList<string> Cameras { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, StatusJson.Default.DaemonStatus);

    /// <summary>Null for what is none.</summary>
    public static DaemonStatus? Read(string json)
    {
        try { return JsonSerializer.Deserialize(json, StatusJson.Default.DaemonStatus); }
        catch (JsonException) { return null; }
    }
}

/// <summary>The policy server of the session, or the one that is tried.</summary>
internal sealed record ServerStatus(string Address, bool Connected, string? Model, string? Hash, bool Trained);

/// <summary>Capture to chunk received.</summary>
internal sealed record LatencyStatus(double Last, double P50, double P99, double Max, double Budget);

internal sealed record ControlStatus(int RateHz, long Ticks, long Overruns, WakeupSummary WakeupUs, double SeamRadP50, double SeamRadMax, long AllocatedBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DaemonStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
