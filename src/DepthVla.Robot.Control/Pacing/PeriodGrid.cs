namespace DepthVla.Robot.Control.Pacing;

/// <summary>The deadlines of a periodic loop, and the rule for those it misses. Arithmetic only.</summary>
/// <remarks>
/// Deadlines lie on a fixed grid, so lateness never adds up. The rule for overruns:
/// 1. A grid point that has passed, or comes within half a period of the last wake-up, is skipped: two turns are never closer than half a
/// period, so commands never come in a burst.
/// 2. A wake-up that comes whole periods late serves the newest grid point that has passed, and the ones before it are skipped.
/// 3. Skipped periods are counted and never made up for: the arm is late, not fast.
/// </remarks>
internal sealed class PeriodGrid(long periodNs)
{
    private long _deadlineNs;
    private long _wokeNs;
    private long _skipped;

    /// <summary>Lays the grid: its first deadline is one period from <paramref name="nowNs"/>.</summary>
    public void Begin(long nowNs) => (_deadlineNs, _wokeNs) = (nowNs, nowNs - periodNs);

    /// <summary>The next deadline, for a loop that is ready to wait at <paramref name="nowNs"/>.</summary>
    public long Next(long nowNs)
    {
        var earliest = Math.Max(nowNs, _wokeNs + periodNs / 2);
        var periods = Math.Max(1, (earliest - _deadlineNs + periodNs - 1) / periodNs);
        _skipped = periods - 1;
        return _deadlineNs += periods * periodNs;
    }

    /// <summary>The turn of a loop that slept until <see cref="Next"/> and woke at <paramref name="nowNs"/>.</summary>
    public PaceTick Wake(long nowNs)
    {
        var late = Math.Max(0, nowNs - _deadlineNs);
        _deadlineNs += late / periodNs * periodNs;
        _wokeNs = nowNs;
        return new PaceTick(_deadlineNs, nowNs, late, _skipped + late / periodNs);
    }
}
