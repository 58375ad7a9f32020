using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class FootprintTests
{
    private static readonly Footprint Square = new(0, 0, 0, 1, 1);

    [Theory]
    [InlineData(1.9, 0, 0, 0, true)]            // overlap
    [InlineData(2.1, 0, 0, 0, false)]
    [InlineData(2.1, 0, 0, 0.2, true)]          // apart, but not by the gap
    [InlineData(2.3, 0, 0.785398, 0, true)]     // a corner reaches in: half a diagonal is 1.414
    [InlineData(2.3, 2.3, 0.785398, 0, false)]  // bounding circles meet, the squares do not
    [InlineData(2.5, 0, 0.785398, 0, false)]
    public void IsWithin_TwoSquares_KnowsWhetherTheyMeet(double x, double y, double yaw, double gap, bool expected)
    {
        var other = new Footprint(x, y, yaw, 1, 1);

        Assert.Equal(expected, Square.IsWithin(gap, other));
        Assert.Equal(expected, other.IsWithin(gap, Square));
    }

    [Fact]
    public void IsWithin_CrossedBars_Meet() => Assert.True(new Footprint(0, 0, 0, 5, 0.1).IsWithin(0, new(0, 0, Math.PI / 2, 5, 0.1)));

    [Fact]
    public void IsWithin_ParallelBars_DoNotMeet() => Assert.False(new Footprint(0, 0, 0.5, 5, 0.1).IsWithin(0, new(-0.3, 0.3, 0.5, 5, 0.1)));
}
