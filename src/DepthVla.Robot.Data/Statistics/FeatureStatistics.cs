using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Statistics;

/// <summary>What a feature's numbers are like, one entry a dimension, in the feature's unit. Immutable.</summary>
public sealed record FeatureStatistics
{
    /// <summary>How many rows they are of.</summary>
    public required long Count { get; init; }

    /// <summary>Means.</summary>
    public required ImmutableArray<double> Mean { get; init; }

    /// <summary>Standard deviations of the rows themselves: the sum of squares is divided by <see cref="Count"/>.</summary>
    public required ImmutableArray<double> Std { get; init; }

    /// <summary>Least values.</summary>
    public required ImmutableArray<double> Min { get; init; }

    /// <summary>Largest values.</summary>
    public required ImmutableArray<double> Max { get; init; }

    /// <summary>1 % quantiles; empty where they were not asked for.</summary>
    public ImmutableArray<double> Q01 { get; init; } = [];

    /// <summary>99 % quantiles; empty where they were not asked for.</summary>
    public ImmutableArray<double> Q99 { get; init; } = [];
}
