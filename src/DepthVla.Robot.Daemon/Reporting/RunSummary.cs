using System.Text.Json;
using System.Text.Json.Serialization;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Reporting;

/// <summary>A run in numbers, as it is written to <c>--json</c>. Times in the unit of each name; medians unless said otherwise.</summary>
internal sealed record RunSummary
{
    public required ArmSummary Arm { get; init; }

    public required ModelSummary Model { get; init; }

    /// <summary>What the robot was told to do; empty where each task's own words were used.</summary>
    public required string Instruction { get; init; }

    /// <summary>Each task that was to be attempted; empty for a run without.</summary>
    public required IReadOnlyList<TaskSummary> Tasks { get; init; }

    /// <summary>Every attempt that was judged, in order.</summary>
    public required IReadOnlyList<TaskOutcome> Outcomes { get; init; }

    /// <summary>Attempts that the end of the run cut short: neither success nor failure.</summary>
    public required int AttemptsCutShort { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Sessions with a server; more than one means that it was lost and found.</summary>
    public required int Sessions { get; init; }

    public required long Observations { get; init; }

    public required long Chunks { get; init; }

    public required long Superseded { get; init; }

    public required long Failed { get; init; }

    /// <summary>Observations that never got an answer: lost with a session, or on their way at the end.</summary>
    public required long Unanswered { get; init; }

    /// <summary>Observations that were not sent for what a camera showed: black, broken or frozen.</summary>
    public required long Withheld { get; init; }

    public required long ChunksRefused { get; init; }

    /// <summary>Steps of tool poses that the joint positions made of them miss: beyond the workspace, the joints' ranges, or what a period allows.</summary>
    public required long StepsUnreached { get; init; }

    /// <summary>Capture to chunk received.</summary>
    public required LatencySummary LatencyMs { get; init; }

    public required double BudgetMs { get; init; }

    /// <summary>Observations whose chunk came after the budget, or never because it was spent.</summary>
    public required long DeadlineMisses { get; init; }

    public required IReadOnlyDictionary<string, double> StagesMs { get; init; }

    public required ControlSummary Control { get; init; }

    public required IReadOnlyDictionary<string, long> LimitEvents { get; init; }

    /// <summary>Holds after the first plan: a plan ran out, a joint's effort was too high for too long, or the arm's state was lost. Waiting for the first plan, and stopping, are none.</summary>
    public required long Holds { get; init; }

    public required IReadOnlyDictionary<string, HoldEntry> HoldsByReason { get; init; }

    /// <summary>How often the arm came into each mode, and how long it was in it.</summary>
    public required IReadOnlyDictionary<string, ModeEntry> Modes { get; init; }

    public required StandstillSummary Standstill { get; init; }

    public required PhysicsSummary Physics { get; init; }

    /// <summary>What the run promised and did not hold; empty is good.</summary>
    public required IReadOnlyList<string> BrokenPromises { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, SummaryJson.Default.RunSummary);
}

/// <summary>What was driven.</summary>
/// <param name="Name">The kind of arm.</param>
/// <param name="Simulated">Whether in a simulated world.</param>
/// <param name="Fault">Why it could be driven no more; null for one that could.</param>
internal sealed record ArmSummary(string Name, bool Simulated, string? Fault);

internal sealed record TaskSummary(string Task, int Successes, int Attempts);

internal sealed record ModelSummary(string Name, string Hash, long Parameters, bool Trained, string Precision, string Device);

internal sealed record LatencySummary(double P50, double P95, double P99, double Max);

internal sealed record ControlSummary(int RateHz, long Ticks, long Overruns, long SkippedPeriods, WakeupSummary WakeupUs, long AllocatedBytes, double SeamRadP99);

internal sealed record WakeupSummary(double P50, double P99, double P999, double Max);

internal sealed record HoldEntry(long Count, double Seconds, double LongestSeconds);

internal sealed record ModeEntry(long Count, double Seconds);

/// <summary>How long after the server is lost the arm stands, by its limits: at most the validity of the last chunk, and the braking.</summary>
internal sealed record StandstillSummary(double PlanValidityS, double BrakeS, double TotalS);

/// <summary>The log of the physics, or of the commands to a real arm, judged by code that shares nothing with what limited the commands.</summary>
internal sealed record PhysicsSummary(long Steps, long DroppedSteps, IReadOnlyList<string> Violations);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DictionaryKeyPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RunSummary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
