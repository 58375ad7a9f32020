using DepthVla.Robot.Benchmarks.Pacing;

namespace DepthVla.Robot.Tools.Tests.Benchmarks;

/// <summary>The figures of <c>bench control</c>: percentiles by hand, the peer's report, and the real loop and the real peer for a moment.</summary>
public sealed class ControlBenchmarkTests
{
    [Fact]
    public void Percentile_OfCounts_AreThoseByHand()
    {
        var late = WakeUps.Of([1999, 2000, 2999, 7000]).Plus(new(new() { [7] = 995, [3000] = 1 }));
        Assert.Equal((1000, 3000), (late.Count, late.Max));
        Assert.Equal((1, 2, 7, 7, 3000), (late.Percentile(0.001), late.Percentile(0.003), late.Percentile(0.5), late.Percentile(0.999), late.Percentile(1)));
    }

    [Fact]
    public void Percentile_OfNone_IsZero() => Assert.Equal((0, 0, 0), (WakeUps.Of([]).Percentile(0.5), WakeUps.Of([]).Max, (int)WakeUps.Of([]).Count));

    [Fact]
    public void Read_ReportWithWakeUpsBeyondWhatItCounts_TellsThemAsTheLatest()
    {
        var late = CyclicTest.Read("""{"thread":{"0":{"histogram":{"13":4,"400":1},"cycles":7,"min":13,"max":2000000,"avg":1}}}""");
        Assert.Equal([(13, 4), (400, 1), (2_000_000, 2)], late.Microseconds.Select(c => (c.Key, c.Value)));
    }

    [Fact]
    public void Run_CyclicTest_CountsEveryWakeUp()
    {
        Assert.SkipUnless(CyclicTest.IsInstalled, "cyclictest is not installed (Debian: rt-tests)");
        Assert.Equal(100, CyclicTest.Run(500, 100, priority: 0).Count);
    }

    [Fact]
    public void Run_ControlLoop_FollowsPlansCountsEveryWakeUpAndAllocatesNothing()
    {
        var run = PacedLoop.Run(1000, 500, priority: 0);
        Assert.Equal((500, 0), (run.WakeUps.Count, run.AllocatedBytes));
    }
}
