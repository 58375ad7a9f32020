using System.Globalization;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What this process holds in memory once both heaps have given back what they can.</summary>
internal static partial class ResidentMemory
{
    internal static long Bytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _ = TrimHeap(0);
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture);
        return pages * Environment.SystemPageSize;
    }

    /// <summary>glibc keeps freed memory for later; this hands it back.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint pad);
}
