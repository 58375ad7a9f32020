using System.Collections.Immutable;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Evaluation.OpenLoop;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>One variant trained with one seed, and judged.</summary>
public sealed record StudyResult
{
    /// <summary>The variant's name.</summary>
    public required string Variant { get; init; }

    /// <summary>The training seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Of the study's settings that decide it, a hash: with others, this is no result of the study.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Optimiser steps.</summary>
    public required long Steps { get; init; }

    /// <summary>How long they took, s.</summary>
    public required double TrainingSeconds { get; init; }

    /// <summary>L_flow on frames never learned from; null where it was not measured.</summary>
    public required double ValidationFlow { get; init; }

    /// <summary>L_si on the same; NaN without a depth loss.</summary>
    public required double ValidationDepth { get; init; }

    /// <summary>How far its chunks are from the expert's on frames never learned from; empty where there are none.</summary>
    public ImmutableArray<DimensionError> OpenLoop { get; init; } = [];

    /// <summary>How long the attempts took, s.</summary>
    public required double JudgingSeconds { get; init; }

    /// <summary>What on.</summary>
    public required string Hardware { get; init; }

    /// <summary>Every attempt.</summary>
    public required ImmutableArray<TaskOutcome> Outcomes { get; init; }

    /// <summary>Results that a study wrote.</summary>
    /// <exception cref="FormatException">The file is not of that shape.</exception>
    public static ImmutableArray<StudyResult> ReadAll(string file) => LearningJson.Read<ImmutableArray<StudyResult>>(file);

    /// <summary>Every attempt of every run, for <see cref="ReadAll"/> and whoever wants to look closer.</summary>
    public static void WriteAll(string file, ImmutableArray<StudyResult> results) => File.WriteAllText(file, LearningJson.Write(results));
}
