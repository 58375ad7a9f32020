using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class StoppingBoundTests
{
    [Fact]
    public void Of_WidowX_IsTheArithmeticOfItsLimits()
    {
        var bound = StoppingBound.Of(Arms.WidowX, 2_000_000, 500_000_000);
        Assert.Equal(2.0 / 8 + 0.002, bound.Joints[0].Seconds, 1e-12);
        Assert.Equal(2.0 * 2 / (2 * 8), bound.Joints[0].Distance, 1e-12);
        Assert.Equal(0.1 * 0.1 / 2, bound.Joints[6].Distance, 1e-12);
        Assert.Equal(0.252, bound.Seconds, 1e-12);
        Assert.Equal(0.5 + 0.002 + 0.252, bound.SecondsWithoutServer, 1e-12);
    }

    /// <summary>Full acceleration in 30 ms: a mean over 16 periods of 2 ms, 30 ms longer and half of that at full speed farther.</summary>
    [Fact]
    public void Of_LimitedJerk_AddsTheMeansWindowAndLag()
    {
        var bound = StoppingBound.Of(Arms.SmoothWidowX, 2_000_000, 0);
        Assert.Equal(0.252 + 0.030, bound.Seconds, 1e-12);
        Assert.Equal(2.0 * 2 / (2 * 8) + 2 * 0.015, bound.Joints[0].Distance, 1e-12);
    }

    [Fact]
    public void Of_ShortRange_GoesNoFartherThanTheRange() =>
        Assert.Equal(0.2, StoppingBound.Of(Arms.OneJoint(0, 0.2, 10, 1), 2_000_000, 0).Joints[0].Distance, 1e-12);
}
