using DepthVla.Robot.Control.Pacing;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Pacing;

public sealed class PeriodGridTests
{
    [Fact]
    public void Next_LoopInTime_StaysOnTheGrid()
    {
        var grid = new PeriodGrid(100);
        grid.Begin(1000);
        Assert.Equal(1100, grid.Next(1000));
        Assert.Equal(new PaceTick(1100, 1103, 3, 0), grid.Wake(1103));
        Assert.Equal(1200, grid.Next(1190));
        Assert.Equal(new PaceTick(1200, 1200, 0, 0), grid.Wake(1200));
    }

    [Fact]
    public void Next_WorkTookTwoAndAHalfPeriods_SkipsWhatPassed()
    {
        var grid = Running();
        Assert.Equal(1400, grid.Next(1350));
        Assert.Equal(new PaceTick(1400, 1400, 0, 2), grid.Wake(1400));
        Assert.Equal(1500, grid.Next(1410));   // and is not faster afterwards
    }

    [Fact]
    public void Wake_SleptThreePeriodsTooLong_ServesTheNewestAndSaysHowLate()
    {
        var grid = Running();
        Assert.Equal(1200, grid.Next(1110));
        Assert.Equal(new PaceTick(1500, 1510, 310, 3), grid.Wake(1510));
        Assert.Equal(1600, grid.Next(1520));
    }

    [Fact]
    public void Next_WokeLateByMoreThanHalfAPeriod_SkipsOneRatherThanBurst()
    {
        var grid = Running();
        grid.Next(1110);
        Assert.Equal(new PaceTick(1200, 1260, 60, 0), grid.Wake(1260));
        Assert.Equal(1400, grid.Next(1265));
        Assert.Equal(new PaceTick(1400, 1400, 0, 1), grid.Wake(1400));
    }

    [Property(MaxTest = 500)]
    public void NextAndWake_AnyWorkAndAnyLateness_KeepTheRule(DoNotSize<uint>[] turns)
    {
        const long Period = 1000;
        var grid = new PeriodGrid(Period);
        grid.Begin(0);
        var (now, last, skipped) = (0L, new PaceTick(0, -Period, 0, 0), 0L);
        for (var i = 0; i < turns.Length; i++)
        {
            var (work, late) = (turns[i].Item % 64 * 40, turns[i].Item / 64 % 64 * 40);   // up to two and a half periods each
            now += work;
            var deadline = grid.Next(now);
            now = Math.Max(now, deadline) + late;
            var tick = grid.Wake(now);

            Assert.Equal(0, tick.TimeNs % Period);
            Assert.InRange(tick.WokeNs - tick.TimeNs, 0, Period - 1);
            Assert.True(tick.WokeNs - last.WokeNs >= Period / 2, "two turns closer than half a period");
            Assert.Equal(1 + tick.Skipped, (tick.TimeNs - last.TimeNs) / Period);
            Assert.Equal(now - deadline, tick.LateNs);
            (last, skipped) = (tick, skipped + tick.Skipped);
        }

        Assert.Equal(last.TimeNs / Period, turns.Length + skipped);
    }

    private static PeriodGrid Running()
    {
        var grid = new PeriodGrid(100);
        grid.Begin(1000);
        grid.Next(1000);
        grid.Wake(1100);
        return grid;
    }
}
