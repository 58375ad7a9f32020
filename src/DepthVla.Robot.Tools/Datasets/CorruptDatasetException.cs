using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary>A dataset with episodes that cannot be used; one line each.</summary>
internal sealed class CorruptDatasetException(ImmutableArray<EpisodeProblem> problems)
    : Exception($"{problems.Length} {(problems.Length == 1 ? "episode" : "episodes")} cannot be used:\n  {string.Join("\n  ", problems)}");
