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
    public void WayAndPeriods_AnyStep_AgreeWithBrakingStepByStep(PositiveInt any, PositiveInt change)
    {
        long step = any.Get * 37L, way = 0, periods = 0;
        for (var s = step; s != 0; s = Braking.Slowed(s, change.Get))
        {
            Assert.Equal(way, Braking.Way(step, change.Get, periods++));
            way += s;
        }

        Assert.Equal((periods, way), (Braking.Periods(step, change.Get), Braking.Way(step, change.Get)));
    }

    [Theory]
    [InlineData(25, 15)]
    [InlineData(-25, -15)]
    [InlineData(7, 0)]
    [InlineData(-10, 0)]
    public void Slowed_EitherWay_IsOneChangeNearerToZero(long step, long slowed) => Assert.Equal(slowed, Braking.Slowed(step, 10));
}
