using System.Globalization;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Whether another model has room beside what is loaded: the size of its weights against what is free. What an answer needs beside them is small against both.</summary>
internal static class MemoryCheck
{
    /// <summary>What is missing, for people; null when there is enough.</summary>
    /// <param name="checkpoint">The folder.</param>
    /// <param name="device">"cpu" or "cuda:N".</param>
    public static string? Fault(string checkpoint, string device)
    {
        var needed = Directory.EnumerateFiles(checkpoint, "*.safetensors").Sum(file => new FileInfo(file).Length);
        return Fault(needed, device == "cpu" ? Available(File.ReadLines("/proc/meminfo")) : Free(TorchDevice.Parse(device)), device);
    }

    /// <inheritdoc cref="Fault(string, string)"/>
    internal static string? Fault(long needed, long free, string device) => needed <= free ? null : string.Create(CultureInfo.InvariantCulture,
        $"the weights take {needed / 1e9:0.0} GB, and {free / 1e9:0.0} GB of memory are free on {device}; give the server more memory, or have it serve fewer models or smaller ones");

    /// <summary>What /proc/meminfo says may be taken, bytes.</summary>
    internal static long Available(IEnumerable<string> lines) =>
        1024 * long.Parse(lines.First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private static long Free(TorchDevice device)
    {
        var (used, all) = CudaDevice.Memory(device);
        return all - used;
    }
}
