using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Depth;
using FsCheck.Xunit;

namespace DepthVla.Robot.Daemon.Tests.Depth;

public sealed class DepthCheckTests
{
    private static readonly float[] Sound = [.. Enumerable.Range(0, 100).Select(i => 0.3f + 0.01f * i)];

    [Fact]
    public void Fault_ATableSeenFromAbove_IsNone()
    {
        Assert.Null(DepthCheck.Fault(With(Sound)));
        Assert.Null(DepthCheck.Fault(With([float.NaN, 0, float.PositiveInfinity, .. Sound]))); // a few pixels of nothing
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(21)]
    public void Fault_ManyPixelsThatCannotBe_IsNamedWithItsCamera(float value)
    {
        var fault = DepthCheck.Fault(With([.. Enumerable.Repeat(value, 30), .. Sound]));
        Assert.StartsWith("depth of camera 'wrist': 23 % of the pixels", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_AllTheSame_IsNamed() => Assert.Contains("everything is 0.500 m away", DepthCheck.Fault(With([.. Enumerable.Repeat(0.5f, 100)])), StringComparison.Ordinal);

    [Fact]
    public void Fault_NoMap_IsAFaultUnlessDepthWasReadEarlier()
    {
        var without = With(Sound) with { Depth = [] };
        Assert.Contains("no depth map", DepthCheck.Fault(without), StringComparison.Ordinal);
        Assert.Null(DepthCheck.Fault(without with { DepthBasedOnSequence = 1 }));
    }

    [Property]
    public bool Fault_AnyNumbers_IsNoneOnlyWhereTheyCanBe(float[] metres) =>
        DepthCheck.Fault(With(metres)) is not null || metres.Count(m => m is >= 0.01f and <= 20) >= 0.9 * metres.Length;

    private static ActionChunk With(float[] metres) => new()
    {
        BasedOnSequence = 2, FirstStepTimeNs = 1, StepPeriodNs = 1, StepValidNs = 1, Steps = 1, Dims = 1, Actions = new float[1], ModelHash = "m", NoiseSeed = 0, Timings = default,
        Depth = [new("primary", 10, 10, Sound), new("wrist", metres.Length, 1, metres)],
    };
}
