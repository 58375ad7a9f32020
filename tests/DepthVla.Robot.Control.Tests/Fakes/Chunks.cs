using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>Chunks to test with.</summary>
internal static class Chunks
{
    public const long PeriodNs = 100_000_000;

    public static ActionChunk Of(long firstStepTimeNs, params float[][] steps) => new()
    {
        BasedOnSequence = 1,
        FirstStepTimeNs = firstStepTimeNs,
        StepPeriodNs = PeriodNs,
        StepValidNs = PeriodNs,
        Steps = steps.Length,
        Dims = steps[0].Length,
        Actions = steps.SelectMany(step => step).ToArray(),
        ModelHash = "m",
        NoiseSeed = 0,
        Timings = default,
    };

    /// <summary>One place for some steps.</summary>
    public static ActionChunk Stay(long firstStepTimeNs, int steps, params double[] place) =>
        Of(firstStepTimeNs, [.. Enumerable.Repeat(place.Select(p => (float)p).ToArray(), steps)]);
}
