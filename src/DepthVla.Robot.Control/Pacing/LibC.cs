using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Control.Pacing;

/// <summary>The calls of the C library that the control thread needs. 64-bit Linux.</summary>
internal static partial class LibC
{
    public const int ClockMonotonic = 1;
    public const int TimerAbsolute = 1;
    public const int Interrupted = 4;
    public const int SchedulerFifo = 1;
    public const int SetTimerSlack = 29;
    public const int LockCurrent = 1;
    public const int LockFuture = 2;
    public const int LockOnFault = 4;

    public static long MonotonicNs() => ClockGetTime(ClockMonotonic, out var now) == 0
        ? now.Seconds * 1_000_000_000 + now.Nanoseconds
        : throw new Win32Exception(Marshal.GetLastPInvokeError(), "clock_gettime failed");

    /// <summary>Returns the error itself, not -1.</summary>
    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    public static partial int ClockNanosleep(int clock, int flags, in Timespec request, nint remaining);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockGetTime(int clock, out Timespec now);

    /// <summary>Thread 0 is the calling one.</summary>
    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "sched_getscheduler", SetLastError = true)]
    public static partial int GetScheduler(int thread);

    [LibraryImport("libc", EntryPoint = "mlockall", SetLastError = true)]
    public static partial int LockAll(int flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Timespec(long Seconds, long Nanoseconds)
    {
        public static Timespec From(long ns) => new(ns / 1_000_000_000, ns % 1_000_000_000);
    }
}
