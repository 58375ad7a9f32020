using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Evaluation.Rollouts;

namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>An evaluation, as its JSON file says it: enough to run it again, and every outcome.</summary>
public sealed record EvaluationReport
{
    /// <summary>Who was tried.</summary>
    public required PolicyInfo Policy { get; init; }

    /// <summary>What was taken from it.</summary>
    public required Policies.PolicyControl Control { get; init; }

    /// <summary>The first seed; each task was tried with this one and those after it.</summary>
    public required int FirstSeed { get; init; }

    /// <summary>Seeds a task.</summary>
    public required int Seeds { get; init; }

    /// <summary>From observation to chunk, ms of simulated time; null in real time, through server and daemon: as long as it took.</summary>
    public required double? LatencyMs { get; init; }

    /// <summary>From one observation to the next, ms of simulated time.</summary>
    public required double ObservationPeriodMs { get; init; }

    /// <summary>False when the run was ended before its last attempt.</summary>
    public required bool Complete { get; init; }

    /// <summary>What daemons promised and did not hold, such as answers in time.</summary>
    public ImmutableArray<string> BrokenPromises { get; init; } = [];

    /// <summary>Worlds, or daemons, side by side.</summary>
    public required int Workers { get; init; }

    /// <summary>Processor and operating system.</summary>
    public required string Hardware { get; init; }

    /// <summary>How long it took, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>A score a task.</summary>
    public ImmutableArray<Score> Tasks => Score.OfTasks(Attempts);

    /// <summary>A score a family.</summary>
    public ImmutableArray<Score> Families => Score.OfFamilies(Attempts);

    /// <summary>Every attempt.</summary>
    public required ImmutableArray<Attempt> Attempts { get; init; }

    /// <summary>The JSON.</summary>
    public string ToJson() => LearningJson.Write(this);
}
