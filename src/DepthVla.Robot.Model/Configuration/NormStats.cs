using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>norm_stats.json, in openpi's layout: {"norm_stats": {"state": {mean, std, q01, q99}, "actions": {…}}}.</summary>
public sealed record NormStats
{
    /// <summary>The statistics.</summary>
    [JsonPropertyName("norm_stats")]
    public required StateAndActionStats Stats { get; init; }
}

/// <summary>Statistics of proprioception, one number a joint, and of actions.</summary>
public sealed record StateAndActionStats
{
    /// <summary>Of proprioception.</summary>
    public required DimensionStats State { get; init; }

    /// <summary>Of actions as the network is to predict them: joint positions after subtracting the state where the delta mask says so.</summary>
    /// <remarks>One number a dimension; with <see cref="NormalizationMethod.ZScorePerStep"/> horizon × dims, step by step.</remarks>
    public required DimensionStats Actions { get; init; }
}

/// <summary>Mean, standard deviation and the 1 % and 99 % quantiles.</summary>
public sealed record DimensionStats
{
    /// <summary>Means.</summary>
    public required ImmutableArray<double> Mean { get; init; }

    /// <summary>Standard deviations.</summary>
    public required ImmutableArray<double> Std { get; init; }

    /// <summary>1 % quantiles; needed for quantile normalisation only.</summary>
    public ImmutableArray<double>? Q01 { get; init; }

    /// <summary>99 % quantiles; needed for quantile normalisation only.</summary>
    public ImmutableArray<double>? Q99 { get; init; }
}
