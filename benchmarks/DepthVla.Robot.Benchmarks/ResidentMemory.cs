using System.Globalization;

namespace DepthVla.Robot.Benchmarks;

/// <summary>What a process has in memory, as the kernel says it.</summary>
internal static class ResidentMemory
{
    /// <summary>Of a process that lives, MiB.</summary>
    internal static double MiBOf(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
