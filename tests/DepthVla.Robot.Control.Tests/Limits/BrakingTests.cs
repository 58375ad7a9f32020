using DepthVla.Robot.Control.Limits;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class BrakingTests
{
    [Theory]
    [InlineData(0, 10, 0)]
    [InlineData(10, 10, 10)]
    [InlineData(25, 10, 25 + 15 + 5)]
    [InlineData(30, 10, 30 + 20 + 10)]
    public void Way_KnownStep_IsTheSumOfTheSteps(long step, long change, long way) => Assert.Equal(way, Braking.Way(step, change));

    [Theory]
    [InlineData(0, 10, 0)]
    [InlineData(9, 10, 9)]      // at once
    [InlineData(30, 10, 20)]    // 20 + 10
    [InlineData(44, 10, 24)]    // 25 + 15 + 5 would be 45
    [InlineData(45, 10, 25)]
    public void MaxStep_KnownGap_IsTheLargestThatStops(long gap, long change, long step) => Assert.Equal(step, Braking.MaxStep(gap, change));

    [Property(MaxTest = 2000)]
    public void MaxStep_AnyGap_StopsInsideItAndOneCountMoreDoesNot(DoNotSize<ulong> anyGap, DoNotSize<ulong> anyChange, byte gapBits, byte changeBits)
    {
        // All magnitudes alike, up to 2^55 for gaps and 2^54 for changes.
        var gap = (long)(anyGap.Item >> (9 + gapBits % 55));
        var change = Math.Max((long)(anyChange.Item >> (10 + changeBits % 54)), 1);
        var step = Braking.MaxStep(gap, change);
        Assert.True(Braking.Way(step, change) <= gap);
        Assert.True(Braking.Way(step + 1, change) > gap);
    }

    [Property(MaxTest = 5000)]
    public void MaxStep_NearAGapThatWholeReductionsFill_IsExact(DoNotSize<uint> anyN, byte bits, DoNotSize<ulong> anyChange, sbyte off)
    {
        // Where n changes, and where the square root of up to 2^58 is rounded across a whole number.
        var n = 1 + (anyN.Item >> (4 + bits % 28));
        var triangle = (long)n * (n + 1) / 2;
        var change = 1 + (long)(anyChange.Item % (ulong)((1L << 55) / triangle));
        var gap = Math.Max(change * triangle + off, 0);
        var step = Braking.MaxStep(gap, change);
        Assert.True(Braking.Way(step, change) <= gap);
        Assert.True(Braking.Way(step + 1, change) > gap);
    }

    [Property(MaxTest = 500)]
    public void WayAndAdvance_AnyStep_AgreeWithBrakingStepByStep(int step, PositiveInt change, PositiveInt periods)
    {
        long s = step * 37L, position = 0, way = 0, reached = 0, left = 0;
        for (var k = 0; s != 0 || k <= periods.Get; k++)
        {
            if (k == periods.Get) (reached, left) = (way, s);
            way += s;
            s = Braking.Slowed(s, change.Get);
        }

        Assert.Equal(Math.Abs(way), Braking.Way(Math.Abs(step * 37L), change.Get));
        s = step * 37L;
        Braking.Advance(ref position, ref s, change.Get, periods.Get);
        Assert.Equal((reached, left), (position, s));
    }
}
