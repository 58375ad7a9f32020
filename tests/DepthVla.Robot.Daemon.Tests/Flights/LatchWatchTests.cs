using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Daemon.Flights;

namespace DepthVla.Robot.Daemon.Tests.Flights;

public sealed class LatchWatchTests
{
    private readonly LatchWatch _watch = new();
    private long _timeNs;

    [Theory]
    [InlineData(HoldReason.StateStale)]
    [InlineData(HoldReason.OperatorStop)]
    public void TakeDue_AStopThatStays_IsToldOnceASecondLater(HoldReason why)
    {
        See(HoldReason.None, 10);
        See(why, 9);
        Assert.Null(_watch.TakeDue());
        Assert.Equal($"a stop that stays: {why}", _watch.Cause);
        See(why, 2);
        Assert.Equal($"a stop that stays: {why}", _watch.TakeDue());
        See(why, 50);
        Assert.Null(_watch.TakeDue());
        See(HoldReason.None, 1);
        See(why, 12);
        Assert.NotNull(_watch.TakeDue());   // another one
    }

    [Theory]
    [InlineData(HoldReason.NoPlan)]
    [InlineData(HoldReason.PlanExpired)]
    [InlineData(HoldReason.NotArmed)]
    [InlineData(HoldReason.OperatorHold)]
    [InlineData(HoldReason.Stopping)]
    public void TakeDue_AnyOtherHold_IsNone(HoldReason why)
    {
        See(why, 50);
        Assert.Null(_watch.TakeDue());
        Assert.Null(_watch.Cause);
    }

    private void See(HoldReason hold, int tenths)
    {
        for (var i = 0; i < tenths; i++) _watch.See([new TickRecord { Tick = new(_timeNs += 100_000_000, 0, 0, 0), Hold = hold }]);
    }
}
