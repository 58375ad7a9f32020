using System.Collections.Immutable;
using System.ComponentModel;
using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Realtime;

namespace DepthVla.Robot.Control.Pacing;

/// <summary>One thing asked of the operating system.</summary>
/// <param name="What">What was asked for.</param>
/// <param name="Granted">Whether it was granted.</param>
/// <param name="Remedy">Why not, and what to change; empty when granted.</param>
public readonly record struct RealTimeGrant(string What, bool Granted, string Remedy);

/// <summary>Asks the operating system to treat the calling thread as a control thread. Never fatal: what is refused is said.</summary>
public static class RealTime
{
    /// <summary>The default priority: above the kernel's threaded interrupts (50), below its watchdogs (99).</summary>
    public const int DefaultPriority = 80;

    /// <summary>Asks for first-come scheduling before all normal threads, for memory that stays, and for exact timers. Call it once, on the control thread.</summary>
    /// <param name="priority">SCHED_FIFO priority, 1 to 99.</param>
    /// <returns>What was granted, and for the rest what to change.</returns>
    public static ImmutableArray<RealTimeGrant> Request(int priority = DefaultPriority) =>
    [
        Grant($"SCHED_FIFO priority {priority}", FifoScheduling.TryEnter(priority),
            "run with CAP_SYS_NICE or an rtprio limit (systemd: LimitRTPRIO=99; container: --cap-add=SYS_NICE --ulimit rtprio=99)"),

        // On fault: a managed heap reserves far more than it uses, and only what was once touched must stay.
        Grant("memory locked", LibC.LockAll(LibC.LockCurrent | LibC.LockFuture | LibC.LockOnFault) == 0,
            "run with CAP_IPC_LOCK or no memlock limit (systemd: LimitMEMLOCK=infinity; container: --ulimit memlock=-1)"),

        // Without it the kernel may wake a normal thread 50 µs late to save power.
        Grant("timer slack 1 ns", LibC.ProcessControl(LibC.SetTimerSlack, 1, 0, 0, 0) == 0, "check the seccomp profile for prctl"),
    ];

    private static RealTimeGrant Grant(string what, bool granted, string remedy) => granted
        ? new(what, true, "")
        : new(what, false, $"{new Win32Exception(Marshal.GetLastPInvokeError()).Message}: {remedy}");
}
