using System.Globalization;
using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>What a run was made on.</summary>
public static class Hardware
{
    /// <summary>Such as "AMD EPYC 7B13, 2 cores, Ubuntu 24.04".</summary>
    public static string Describe()
    {
        return string.Create(CultureInfo.InvariantCulture,
            $"{CpuModel.Name ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}");
    }
}
