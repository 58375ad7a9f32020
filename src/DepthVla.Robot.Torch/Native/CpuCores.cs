using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>Processor cores by number, written as Linux writes them: "0-3,6".</summary>
public static partial class CpuCores
{
    private const int Most = 1024;                                                               // what the C library's cpu_set_t holds

    /// <summary>Those that this process may use.</summary>
    public static IReadOnlyList<int> Allowed => Of("/proc/self/status");

    /// <summary>Those that the calling thread may use.</summary>
    public static IReadOnlyList<int> OfThisThread => Of("/proc/thread-self/status");

    /// <summary>Reads a list; null when it is none.</summary>
    public static IReadOnlyList<int>? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var cores = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || first > last || last >= Most) return null;
            cores.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. cores];
    }

    /// <summary>Keeps the calling thread on these cores, and the threads that libtorch starts for it from now on. (.NET's own threads inherit nothing.)</summary>
    /// <exception cref="TorchException">The machine has none of them, or this process may not use them.</exception>
    public static unsafe void Pin(IReadOnlyList<int> cores)
    {
        ArgumentNullException.ThrowIfNull(cores);
        var mask = stackalloc ulong[Most / 64];
        foreach (var core in cores) mask[core / 64] |= 1UL << (core % 64);
        if (SetAffinity(0, Most / 8, mask) != 0)
            throw new TorchException($"cores {string.Join(',', cores)}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}; this process may use {string.Join(',', Allowed)}");
    }

    private static IReadOnlyList<int> Of(string status)
    {
        const string Field = "Cpus_allowed_list:";
        return Parse(File.ReadLines(status).First(line => line.StartsWith(Field, StringComparison.Ordinal))[Field.Length..].Trim())!;
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static unsafe partial int SetAffinity(int thread, nuint bytes, ulong* mask);
}
