using System.Globalization;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>What the operating system says of a process.</summary>
internal sealed record Footprint(int Threads, int Handles, double ResidentMegabytes)
{
    public static Footprint Of(int process)
    {
        var resident = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return new(Directory.GetDirectories($"/proc/{process}/task").Length, Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, double.Parse(resident, CultureInfo.InvariantCulture) / 1024);
    }
}
