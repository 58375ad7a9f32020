using System.ComponentModel;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Core.Tests.Realtime;

public sealed class MonotonicSleepTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    [InlineData(20_000_000)]
    public void Until_TimeToCome_NeverReturnsBefore(long aheadNs)
    {
        var untilNs = MonotonicClock.System.NowNs + aheadNs;
        MonotonicSleep.Until(untilNs);
        Assert.True(MonotonicClock.System.NowNs >= untilNs);
    }

    /// <summary>It would wait for longer than any test may.</summary>
    [Fact]
    public void Until_TimeLongPast_ReturnsAtOnce() => MonotonicSleep.Until(0);

    [Fact]
    public void Until_ManyTimes_AllocatesNothing()
    {
        MonotonicSleep.Until(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) MonotonicSleep.Until(i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void NowNs_IsTheRobotsClock()
    {
        var before = MonotonicClock.System.NowNs;
        Assert.InRange(MonotonicSleep.NowNs, before, MonotonicClock.System.NowNs);
    }

    [Fact]
    public void Until_TimeThatIsNone_Throws() => Assert.Contains("clock_nanosleep", Assert.Throws<Win32Exception>(() => MonotonicSleep.Until(-1)).Message, StringComparison.Ordinal);
}
