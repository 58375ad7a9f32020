using System.Globalization;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>What a run was made on.</summary>
public static class Hardware
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Such as "AMD EPYC 7B13, 2 cores, Ubuntu 24.04".</summary>
    public static string Describe()
    {
        var model = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
        return string.Create(CultureInfo.InvariantCulture,
            $"{model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}");
    }
}
