using DepthVla.Robot.Control.Pacing;

namespace DepthVla.Robot.Control.Tests.Pacing;

public sealed class PeriodicPaceTests
{
    [Fact]
    public void WaitForNextPeriod_RealClock_WakesAfterEachPointOfOneGrid()
    {
        var pace = new PeriodicPace(1_000_000);
        var first = pace.WaitForNextPeriod();
        var last = first;
        for (var i = 0; i < 100; i++)
        {
            var tick = pace.WaitForNextPeriod();
            Assert.Equal((1 + tick.Skipped) * 1_000_000, tick.TimeNs - last.TimeNs);
            Assert.InRange(tick.WokeNs - tick.TimeNs, 0, 999_999);
            last = tick;
        }
    }

    [Fact]
    public void WaitForNextPeriod_Always_AllocatesNothing()
    {
        var pace = new PeriodicPace(200_000);
        GC.Collect();   // else a background collection may count this thread's half-used buffer as allocated
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) pace.WaitForNextPeriod();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_NoPeriod_Throws(long periodNs) => Assert.Throws<ArgumentOutOfRangeException>(() => new PeriodicPace(periodNs));
}
