namespace DepthVla.Robot.Torch.Native;

/// <summary>This machine's processor.</summary>
public static class CpuModel
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Such as "AMD EPYC 7B13"; null where Linux does not say. Two of one name compute the same.</summary>
    public static string? Name { get; } = File.Exists(CpuInfo)
        ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() : null;
}
