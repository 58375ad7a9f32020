namespace DepthVla.Robot.Model.Configuration;

/// <summary>What a checkpoint answered to questions made from seeds: golden.json.</summary>
/// <remarks>It lies beside the checkpoint and is no part of it: the checkpoint's hash stays what it was, and is named here.</remarks>
internal sealed record GoldenAnswers
{
    /// <summary>Of the checkpoint that it was made for.</summary>
    public required string ModelHash { get; init; }

    /// <summary>What answered, such as a processor's name: another one rounds otherwise.</summary>
    public required string Device { get; init; }

    /// <summary>A question's seed, and the chunk's numbers.</summary>
    public required Dictionary<ulong, float[]> Chunks { get; init; }
}
