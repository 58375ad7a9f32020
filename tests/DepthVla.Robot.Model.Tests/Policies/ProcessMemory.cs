using System.Globalization;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What this process holds in memory once both heaps have given back what they can.</summary>
internal static partial class ProcessMemory
{
    /// <summary>Pages in memory, bytes: all there is, coarse, with what the runtime takes for compiled code.</summary>
    internal static long ResidentBytes()
    {
        Settle();
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture);
        return pages * Environment.SystemPageSize;
    }

    /// <summary>Bytes that native code has allocated and not freed: to the byte, where a small loss hides in the gaps of the resident set.</summary>
    internal static long NativeBytes()
    {
        Settle();
        var heap = NativeHeap();
        return (long)(heap.UsedBytes + heap.MappedBytes);
    }

    private static void Settle()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _ = TrimHeap(0);
    }

    /// <summary>glibc keeps freed memory for later; this hands it back.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint pad);

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallInfo NativeHeap();

    /// <summary>struct mallinfo2 of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallInfo
    {
        public nuint Arena, FreeChunks, FastBins, MappedRegions, MappedBytes, MostUsed, FastBinBytes, UsedBytes, FreeBytes, Trimmable;
    }
}
