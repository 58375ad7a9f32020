using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Control.Pacing;

/// <summary>Paces by sleeping until absolute times of CLOCK_MONOTONIC. Linux.</summary>
public sealed class PeriodicPace : IPace
{
    private readonly MonotonicClock _clock = MonotonicClock.System;
    private readonly PeriodGrid _grid;
    private bool _begun;

    /// <summary>A pace whose grid begins with the first wait.</summary>
    /// <param name="periodNs">Control period, ns.</param>
    /// <exception cref="PlatformNotSupportedException">The robot's clock is not CLOCK_MONOTONIC here.</exception>
    public PeriodicPace(long periodNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periodNs);
        PeriodNs = periodNs;
        _grid = new PeriodGrid(periodNs);

        // The loop sleeps on one clock and reads the other: they must be the same.
        var before = _clock.NowNs;
        if (MonotonicSleep.NowNs is var between && (between < before || between > _clock.NowNs))
        {
            throw new PlatformNotSupportedException("The robot's clock is not CLOCK_MONOTONIC on this system; the control loop needs Linux.");
        }

        MonotonicSleep.Until(0);   // over at once: what does not work shall not work here, and not in the loop
    }

    /// <inheritdoc/>
    public long PeriodNs { get; }

    /// <inheritdoc/>
    public PaceTick WaitForNextPeriod()
    {
        if (!_begun) _grid.Begin(_clock.NowNs);
        _begun = true;
        MonotonicSleep.Until(_grid.Next(_clock.NowNs));
        return _grid.Wake(_clock.NowNs);
    }
}
