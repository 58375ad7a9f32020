using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Recording;

namespace DepthVla.Robot.Control.Tests.Recording;

public sealed class ControlStatisticsTests
{
    private const long PeriodNs = 10_000_000;

    private readonly ControlStatistics _statistics = new([], PeriodNs);
    private long _timeNs;

    [Fact]
    public void Report_Nothing_IsEmpty()
    {
        var report = _statistics.Report();
        Assert.Equal((0, 0, HoldReason.None), (report.Ticks, report.WakeUpMicroseconds.Max, report.Holding));
        Assert.Empty(report.Holds);
    }

    [Fact]
    public void Report_Overruns_CountsThemAndTheirPeriods()
    {
        foreach (var skipped in new long[] { 0, 3, 0, 2, 0 }) Add(skipped: skipped);
        var report = _statistics.Report();
        Assert.Equal((5, 2, 5), (report.Ticks, report.Overruns, report.SkippedPeriods));
    }

    [Fact]
    public void Report_WakeUps_AreInMicroseconds()
    {
        for (var i = 1; i <= 1000; i++) Add(lateNs: i * 1000);
        var late = _statistics.Report().WakeUpMicroseconds;
        Assert.InRange(late.P50, 500, 520);
        Assert.InRange(late.P99, 990, 1000);
        Assert.Equal((1000, 1000), (late.Max, late.Count));
    }

    [Fact]
    public void Report_LimitThatGoesOnChanging_IsOneEventUntilItRested()
    {
        for (var i = 0; i < 50; i++) Add(limited: i % 3 == 0 ? LimitKinds.Velocity | LimitKinds.Workspace : LimitKinds.None);
        for (var i = 0; i < 11; i++) Add();
        Add(limited: LimitKinds.Velocity);
        Assert.Equal(new LimitEvents(0, 2, 0, 1, 0), _statistics.Report().Limits);
    }

    [Fact]
    public void Report_EachKindOfLimit_HasItsOwnCounter()
    {
        Add(limited: LimitKinds.Position | LimitKinds.NotFinite | LimitKinds.Acceleration);
        Assert.Equal(new LimitEvents(1, 0, 1, 0, 1), _statistics.Report().Limits);
    }

    [Fact]
    public void Report_Holds_HaveCountTimeLongestAndReason()
    {
        foreach (var (reason, ticks) in new[]
                 {
                     (HoldReason.NoPlan, 3), (HoldReason.None, 2), (HoldReason.PlanExpired, 5), (HoldReason.None, 1),
                     (HoldReason.PlanExpired, 2), (HoldReason.StateStale, 4),
                 })
        {
            for (var i = 0; i < ticks; i++) Add(hold: reason);
        }

        var report = _statistics.Report();

        Assert.Equal(HoldReason.StateStale, report.Holding);
        HoldSummary[] expected =
            [new(HoldReason.NoPlan, 1, 0.03, 0.03), new(HoldReason.PlanExpired, 2, 0.07, 0.05), new(HoldReason.StateStale, 1, 0.03, 0.03)];
        Assert.Equal(expected, report.Holds.Select(hold => hold with
        {
            Seconds = Math.Round(hold.Seconds, 9), LongestSeconds = Math.Round(hold.LongestSeconds, 9),
        }));
    }

    [Fact]
    public void Report_SeamsAndPlanAge_AreInRadiansAndSeconds()
    {
        Add(seam: 0.25, ageNs: 300_000_000);
        Add(ageNs: 100_000_000);
        var report = _statistics.Report();
        Assert.Equal((1, 0.25), (report.SeamRadians.Count, report.SeamRadians.Max));
        Assert.Equal((0.1, 0.3), (Math.Round(report.PlanAgeSeconds, 9), Math.Round(report.MaxPlanAgeSeconds, 9)));
    }

    [Fact]
    public async Task Report_WhileAnotherThreadAdds_IsOfOneMoment()
    {
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            while (!done.IsCancellationRequested) Add(skipped: 2, lateNs: 1000, seam: 0.1);
        }, TestContext.Current.CancellationToken);

        for (long reports = 0, last = 0; reports < 2000; reports++)
        {
            var report = _statistics.Report();
            Assert.Equal((report.Ticks, 2 * report.Ticks), (report.Overruns, report.SkippedPeriods));
            Assert.Equal((report.Ticks, report.Ticks), (report.WakeUpMicroseconds.Count, report.SeamRadians.Count));
            Assert.True(report.Ticks >= last);
            last = report.Ticks;
        }

        await done.CancelAsync();
        await writer;
    }

    private void Add(
        long skipped = 0, long lateNs = 0, LimitKinds limited = LimitKinds.None, HoldReason hold = HoldReason.None, double? seam = null, long ageNs = 0)
    {
        _timeNs += PeriodNs;
        _statistics.Add(new TickRecord
        {
            Tick = new PaceTick(_timeNs, _timeNs + lateNs, lateNs, skipped), Limited = limited, Hold = hold, Seam = seam, PlanAgeNs = ageNs,
        }, 0);
    }
}
