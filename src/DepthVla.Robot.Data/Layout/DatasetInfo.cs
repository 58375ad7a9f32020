using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Layout;

/// <summary>What meta/info.json says of a dataset as a whole. Immutable.</summary>
public sealed record DatasetInfo
{
    /// <summary>The layout, such as "v2.1" or "v3.0".</summary>
    public required string Version { get; init; }

    /// <summary>Frames a second.</summary>
    public required double Fps { get; init; }

    /// <summary>Such as "widowx250s"; null where nobody says.</summary>
    public string? RobotType { get; init; }

    /// <summary>Episodes that a chunk's folder holds at most.</summary>
    public int ChunkSize { get; init; } = 1000;

    /// <summary>Where an episode's Parquet file lies, with places for numbers in braces.</summary>
    public required string DataPath { get; init; }

    /// <summary>Where an episode's video lies; null where there are none.</summary>
    public string? VideoPath { get; init; }

    /// <summary>Episodes, as the file counts them.</summary>
    public int TotalEpisodes { get; init; }

    /// <summary>Every column, in the file's order, with those that LeRobot adds to each dataset.</summary>
    public required ImmutableArray<Feature> Features { get; init; }

    /// <summary>Cameras with pictures, by name.</summary>
    public IEnumerable<Feature> Cameras => Features.Where(f => (f.IsImage || f.IsVideo) && !f.IsDepth);

    /// <summary>Cameras with depth, by name.</summary>
    public IEnumerable<Feature> Depths => Features.Where(f => f.IsImage && f.IsDepth);

    /// <summary>Proprioception; null where there is none.</summary>
    public Feature? State => Features.FirstOrDefault(f => f.Key == Feature.StateKey);

    /// <summary>What was commanded; null where nothing was.</summary>
    public Feature? Action => Features.FirstOrDefault(f => f.Key == Feature.ActionKey);

    /// <summary>All other numbers.</summary>
    public IEnumerable<Feature> Labels => Features.Where(f => f.IsNumber && f.Key is not (Feature.StateKey or Feature.ActionKey) && !Bookkeeping.IsKey(f.Key));

    /// <summary>Columns that are not read into episodes: texts, and depth in videos.</summary>
    public IEnumerable<Feature> NotRead => Features.Where(f => !f.IsNumber && !f.IsImage && (!f.IsVideo || f.IsDepth));

    internal bool HasFilePerEpisode => Version.StartsWith("v2.", StringComparison.Ordinal);
}
