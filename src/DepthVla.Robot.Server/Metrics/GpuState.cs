using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Server.Metrics;

/// <summary>A GPU at one moment.</summary>
/// <param name="Name">Its index, as CUDA counts.</param>
/// <param name="MemoryUsedBytes">By all processes together.</param>
/// <param name="MemoryBytes">What it has.</param>
/// <param name="Utilization">0 to 1; null where its driver does not say.</param>
internal readonly record struct GpuState(string Name, long MemoryUsedBytes, long MemoryBytes, double? Utilization)
{
    /// <summary>Asks the driver how a policy's GPU, which all share, is doing; null for one on the CPU, and for a device that does not answer. Any thread. Untried: no GPU was at hand when this was written.</summary>
    public static GpuState? Read(PolicyInfo? policy)
    {
        if (policy is null || !policy.Device.StartsWith("cuda", StringComparison.Ordinal)) return null;
        try
        {
            var device = TorchDevice.Parse(policy.Device);
            var (used, all) = CudaDevice.Memory(device);
            return new(device.Index.ToString(CultureInfo.InvariantCulture), used, all, CudaDevice.Utilization(device));
        }
        catch (TorchException)
        {
            return null; // the inference thread meets the same failure, and says so
        }
    }
}
