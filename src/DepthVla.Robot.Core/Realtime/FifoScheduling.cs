using System.Runtime.InteropServices;

namespace DepthVla.Robot.Core.Realtime;

/// <summary>First-come scheduling before all normal threads (SCHED_FIFO), where the operating system grants it. Linux.</summary>
/// <remarks>What such a thread starts is normal, native threads and processes, too (SCHED_RESET_ON_FORK); the runtime's own threads are so by themselves.</remarks>
public static partial class FifoScheduling
{
    private const int CallingThread = 0, Fifo = 1, ResetOnFork = 0x4000_0000;

    /// <summary>Whether the calling thread has it.</summary>
    public static bool IsGranted => (GetScheduler(CallingThread) & ~ResetOnFork) == Fifo;

    /// <summary>Asks for it on the calling thread. False, and nothing changes, without CAP_SYS_NICE or an rtprio limit.</summary>
    /// <param name="priority">1 to 99.</param>
    /// <remarks>Why not is then in <see cref="Marshal.GetLastPInvokeError"/>.</remarks>
    public static bool TryEnter(int priority) => SetScheduler(CallingThread, Fifo | ResetOnFork, in priority) == 0;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "sched_getscheduler", SetLastError = true)]
    private static partial int GetScheduler(int thread);
}
