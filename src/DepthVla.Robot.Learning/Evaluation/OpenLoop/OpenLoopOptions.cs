using System.Collections.Immutable;

namespace DepthVla.Robot.Learning.Evaluation.OpenLoop;

/// <summary>Which recorded frames are asked about.</summary>
public sealed record OpenLoopOptions
{
    /// <summary>The share of episodes that training kept back; those are asked about. As in the training config. 0.02.</summary>
    public double ValidationShare { get; init; } = 0.02;

    /// <summary>Frames at most, evenly spread. 500.</summary>
    public int MostFrames { get; init; } = 500;

    /// <summary>Only frames recorded under one of these; empty: under any.</summary>
    public ImmutableArray<string> Instructions { get; init; } = [];

    internal bool Asks(string instruction) => Instructions.IsEmpty || Instructions.Contains(instruction);
}
