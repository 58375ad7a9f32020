namespace DepthVla.Robot.Data.Episodes;

/// <summary>Why an episode cannot be used.</summary>
/// <param name="Episode">Its number in the dataset.</param>
/// <param name="File">Where it lies, relative to the dataset's folder.</param>
/// <param name="Cause">Such as "frame 3: action[2] is NaN".</param>
public sealed record EpisodeProblem(int Episode, string File, string Cause)
{
    /// <summary>Such as "episode 7 (data/chunk-000/episode_000007.parquet): frame 3: action[2] is NaN".</summary>
    public override string ToString() => $"episode {Episode} ({File}): {Cause}";
}

/// <summary>An episode that cannot be used.</summary>
public sealed class CorruptEpisodeException(EpisodeProblem problem, Exception? cause = null) : Exception(problem?.ToString(), cause)
{
    /// <summary>Which, where and why.</summary>
    public EpisodeProblem Problem { get; } = problem!;
}
