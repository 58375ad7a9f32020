using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Core.Realtime;

/// <summary>Sleeps on CLOCK_MONOTONIC to absolute times: waking late never adds up. 64-bit Linux.</summary>
public static partial class MonotonicSleep
{
    private const int ClockMonotonic = 1, TimerAbsolute = 1, Interrupted = 4;

    /// <summary>Now on that clock, ns, as the C library says. On Linux <see cref="Time.MonotonicClock.System"/> is the same clock.</summary>
    /// <exception cref="Win32Exception">The C library cannot tell.</exception>
    public static long NowNs => ClockGetTime(ClockMonotonic, out var now) == 0
        ? now.Seconds * 1_000_000_000 + now.Nanoseconds
        : throw new Win32Exception(Marshal.GetLastPInvokeError(), "clock_gettime failed");

    /// <summary>Returns at <paramref name="timeNs"/>, or at once where that has passed. Real-time safe: does not allocate.</summary>
    /// <exception cref="Win32Exception">The C library cannot do it.</exception>
    public static void Until(long timeNs)
    {
        var until = new Timespec(timeNs / 1_000_000_000, timeNs % 1_000_000_000);
        int status;
        do status = ClockNanosleep(ClockMonotonic, TimerAbsolute, in until, 0);
        while (status == Interrupted);
        if (status != 0) throw new Win32Exception(status, "clock_nanosleep failed");
    }

    // Returns the error itself, not -1.
    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in Timespec request, nint remaining);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out Timespec now);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}
