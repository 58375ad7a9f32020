namespace DepthVla.Robot.Settings;

/// <summary>One setting that cannot be used.</summary>
/// <param name="Option">Which.</param>
/// <param name="Expected">What it may be.</param>
/// <param name="Actual">What it is, and where that was written.</param>
/// <param name="Remedy">What to do.</param>
public sealed record SettingProblem(string Option, string Expected, string Actual, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Option}: expected {Expected}, got {Actual}; {Remedy}";
}
