using System.Collections.Immutable;

namespace DepthVla.Robot.Data.Reading;

/// <summary>What a dataset's meta files say of an episode. Immutable.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Length">Frames.</param>
/// <param name="Tasks">The instructions that are given in it.</param>
/// <param name="File">Its Parquet file, relative to the dataset's folder; other episodes may be in it too.</param>
/// <param name="Videos">Its videos by feature.</param>
public sealed record EpisodeEntry(int Index, int Length, ImmutableArray<string> Tasks, string File, ImmutableDictionary<string, VideoPart> Videos);

/// <summary>A video file, or the part of it that belongs to an episode.</summary>
/// <param name="File">Relative to the dataset's folder.</param>
/// <param name="FromSeconds">When the episode begins in it, s.</param>
/// <param name="IsWhole">True when the file holds nothing else.</param>
public sealed record VideoPart(string File, double FromSeconds, bool IsWhole);
