namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>A checkpoint that cannot be used; the message lists every reason, one a line.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Lists what is wrong with what is at <paramref name="path"/>.</summary>
    public CheckpointException(string path, IReadOnlyList<string> problems)
        : base($"{path} cannot be used:\n" + string.Join('\n', problems.Select(p => "  " + p))) => Problems = problems;

    /// <summary>The reasons.</summary>
    public IReadOnlyList<string> Problems { get; }
}
