using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>Sleeps on CLOCK_MONOTONIC, the clock of <see cref="Core.Time.MonotonicClock.System"/>, to absolute times: waking late never adds up.</summary>
public sealed partial class MonotonicDeadline : IDeadline
{
    private const int ClockMonotonic = 1, TimerAbsolute = 1, Interrupted = 4;

    /// <inheritdoc/>
    public void WaitUntil(long timeNs)
    {
        var until = new TimeSpec(timeNs / 1_000_000_000, timeNs % 1_000_000_000);
        int status;
        do status = clock_nanosleep(ClockMonotonic, TimerAbsolute, in until, 0);
        while (status == Interrupted);
        if (status != 0) throw new Win32Exception(status, "clock_nanosleep failed");
    }

    [LibraryImport("libc")]
    private static partial int clock_nanosleep(int clock, int flags, in TimeSpec until, nint remaining);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
