using DepthVla.Robot.Simulation.Realtime;

namespace DepthVla.Robot.Simulation.Tests.Realtime;

public sealed class StepScheduleTests
{
    private readonly StepSchedule _schedule = new(periodNs: 100, maxCatchUp: 3);

    public StepScheduleTests() => _schedule.Start(900);

    [Fact]
    public void Take_InTime_GoesOnByOnePeriod()
    {
        Assert.Equal([1000, 1100, 1200], [_schedule.Take(1000), _schedule.Take(1100), _schedule.Take(1203)]);
        Assert.Equal(1300, _schedule.NextNs);
        Assert.Equal(0, _schedule.Dropped);
    }

    [Fact]
    public void Take_AFewPeriodsLate_CatchesUpAndDropsNone()
    {
        Assert.Equal([1000, 1100, 1200, 1300], [_schedule.Take(1350), _schedule.Take(1350), _schedule.Take(1350), _schedule.Take(1350)]);
        Assert.Equal(0, _schedule.Dropped);
    }

    [Fact]
    public void Take_FarTooLate_DropsWholePeriodsAndKeepsTheGrid()
    {
        Assert.Equal([2700, 2800, 2900, 3000], [_schedule.Take(3050), _schedule.Take(3050), _schedule.Take(3050), _schedule.Take(3050)]);
        Assert.Equal(17, _schedule.Dropped);
        Assert.Equal(3100, _schedule.NextNs);
    }
}
