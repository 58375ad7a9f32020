namespace DepthVla.Robot.Model.Configuration;

/// <summary>What came into the products of a checkpoint's transformers over recorded frames, so that these may be computed in 8 bits: float8.json.</summary>
/// <remarks>It lies beside the checkpoint and is no part of it: the checkpoint's hash stays what it was, and is named here.</remarks>
internal sealed record Float8Scales
{
    /// <summary>Of the checkpoint that it was made for.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Recorded frames that were looked at.</summary>
    public required int Frames { get; init; }

    /// <summary>The least cosine between a frame's chunk in 8 bits and in the checkpoint's own type.</summary>
    public required double LeastCosine { get; init; }

    /// <summary>The largest input of each product, by the name of its first weight.</summary>
    public required Dictionary<string, double> LargestInputs { get; init; }
}
