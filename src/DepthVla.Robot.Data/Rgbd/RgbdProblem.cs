namespace DepthVla.Robot.Data.Rgbd;

/// <summary>A file that cannot be used.</summary>
/// <param name="File">Relative to the folder.</param>
/// <param name="Cause">Such as "there is no depth of number 12".</param>
public sealed record RgbdProblem(string File, string Cause)
{
    /// <summary>Such as "rgb/000012.png: there is no depth of number 12".</summary>
    public override string ToString() => $"{File}: {Cause}";
}

/// <summary>A file that cannot be used.</summary>
public sealed class BrokenFileException(RgbdProblem problem, Exception? cause = null) : Exception(problem?.ToString(), cause)
{
    /// <summary>Which and why.</summary>
    public RgbdProblem Problem { get; } = problem!;
}
