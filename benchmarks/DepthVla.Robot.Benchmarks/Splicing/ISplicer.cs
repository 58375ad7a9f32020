namespace DepthVla.Robot.Benchmarks.Splicing;

/// <summary>Makes commands of chunks that come late.</summary>
internal interface ISplicer
{
    string Name { get; }

    /// <summary>The next control period's command.</summary>
    /// <param name="seconds">When.</param>
    Spliced Next(double seconds);
}

/// <summary>One period.</summary>
/// <param name="Command">rad.</param>
/// <param name="Progress">How far along the path this is meant to be, s; time that an arm only waited does not count.</param>
/// <param name="IsWaiting">Whether there was nothing to carry out.</param>
internal readonly record struct Spliced(double[] Command, double Progress, bool IsWaiting);
