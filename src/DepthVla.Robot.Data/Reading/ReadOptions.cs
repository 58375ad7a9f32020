namespace DepthVla.Robot.Data.Reading;

/// <summary>How much of an episode is read and checked. Immutable.</summary>
public sealed record ReadOptions
{
    /// <summary>Everything, and every picture is decoded once, when its episode is first read from a dataset.</summary>
    public static ReadOptions Default { get; } = new();

    /// <summary>Numbers alone: fast, for statistics.</summary>
    public static ReadOptions Numbers { get; } = new() { WithPictures = false };

    /// <summary>False leaves pictures and depths out.</summary>
    public bool WithPictures { get; init; } = true;

    /// <summary>False trusts pictures after a look at their header; true decodes those of episodes that were not read so before.</summary>
    public bool DecodePictures { get; init; } = true;
}
