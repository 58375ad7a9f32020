using System.Runtime.InteropServices;

namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>First-come scheduling before all normal threads, where the operating system grants it.</summary>
internal static partial class FifoScheduling
{
    private const int CallingThread = 0, Fifo = 1;

    /// <summary>Asks for it on the calling thread. False, and nothing changes, without CAP_SYS_NICE or an rtprio limit.</summary>
    /// <param name="priority">1 to 99.</param>
    public static bool TryEnter(int priority) => sched_setscheduler(CallingThread, Fifo, in priority) == 0;

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, in int priority);
}
