using System.ComponentModel;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Control.Pacing;

/// <summary>Paces by sleeping until absolute times of CLOCK_MONOTONIC. Linux.</summary>
public sealed class PeriodicPace : IPace
{
    private readonly MonotonicClock _clock = MonotonicClock.System;
    private PeriodGrid? _grid;

    /// <summary>A pace whose grid begins with the first wait.</summary>
    /// <param name="periodNs">Control period, ns.</param>
    /// <exception cref="PlatformNotSupportedException">The robot's clock is not CLOCK_MONOTONIC here.</exception>
    public PeriodicPace(long periodNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periodNs);
        PeriodNs = periodNs;

        // The loop sleeps on one clock and reads the other: they must be the same.
        var before = _clock.NowNs;
        if (LibC.MonotonicNs() is var between && (between < before || between > _clock.NowNs))
        {
            throw new PlatformNotSupportedException("The robot's clock is not CLOCK_MONOTONIC on this system; the control loop needs Linux.");
        }
    }

    /// <inheritdoc/>
    public long PeriodNs { get; }

    /// <inheritdoc/>
    public Tick WaitForNextPeriod()
    {
        _grid ??= new PeriodGrid(PeriodNs, _clock.NowNs);
        var deadline = LibC.Timespec.From(_grid.Next(_clock.NowNs));
        int status;
        do status = LibC.ClockNanosleep(LibC.ClockMonotonic, LibC.TimerAbsolute, in deadline, 0);
        while (status == LibC.Interrupted);
        if (status != 0) throw new Win32Exception(status, "clock_nanosleep failed");
        return _grid.Wake(_clock.NowNs);
    }
}
