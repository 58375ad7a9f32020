using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Tests.Limits;

public sealed class EffortWatchTests
{
    private const long Ms = 1_000_000;

    private readonly EffortWatch _watch = new([Arms.WidowX.Joints[0] with { MaxEffort = 5 }, Arms.WidowX.Joints[1]], 100 * Ms);

    [Theory]
    [InlineData(5, 1e9, false)]
    [InlineData(5.01, 0, true)]
    [InlineData(-6, 0, true)]
    [InlineData(double.NaN, 0, true)]
    public void IsExceeded_OneEffortForLong_IsWhenItIsAboveItsLimit(double first, double second, bool expected)
    {
        Assert.False(At(0, first, second));
        Assert.False(At(100, first, second));
        Assert.Equal(expected, At(101, first, second));
    }

    [Fact]
    public void IsExceeded_BelowInBetween_CountsAnew()
    {
        Assert.False(At(0, 6, 0));
        Assert.False(At(90, 4, 0));
        Assert.False(At(100, 6, 0));
        Assert.False(At(200, 6, 0));
        Assert.True(At(201, 6, 0));
    }

    [Fact]
    public void IsExceeded_NoEffortsReported_IsNever()
    {
        for (var ms = 0L; ms < 1000; ms++) Assert.False(_watch.IsExceeded(new(ms * Ms, JointVector.Zero(2), JointVector.Zero(2))));
    }

    private bool At(long ms, params double[] efforts) => _watch.IsExceeded(new(ms * Ms, JointVector.Zero(2), JointVector.Zero(2), JointVector.From(efforts)));
}
