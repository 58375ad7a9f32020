using System.ComponentModel;
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
        if (LibC.MonotonicNs() is var between && (between < before || between > _clock.NowNs))
        {
            throw new PlatformNotSupportedException("The robot's clock is not CLOCK_MONOTONIC on this system; the control loop needs Linux.");
        }

        SleepUntil(0);   // over at once: what does not work shall not work here, and not in the loop
    }

    /// <inheritdoc/>
    public long PeriodNs { get; }

    /// <inheritdoc/>
    public PaceTick WaitForNextPeriod()
    {
        if (!_begun) _grid.Begin(_clock.NowNs);
        _begun = true;
        SleepUntil(_grid.Next(_clock.NowNs));
        return _grid.Wake(_clock.NowNs);
    }

    private static void SleepUntil(long timeNs)
    {
        var time = LibC.Timespec.From(timeNs);
        int status;
        do status = LibC.ClockNanosleep(LibC.ClockMonotonic, LibC.TimerAbsolute, in time, 0);
        while (status == LibC.Interrupted);
        if (status != 0) throw new Win32Exception(status, "clock_nanosleep failed");
    }
}
