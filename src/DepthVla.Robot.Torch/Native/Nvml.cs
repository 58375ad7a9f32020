using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>NVIDIA's management library (nvml.h), which comes with the driver. All return 0 on success.</summary>
internal static partial class Nvml
{
    private const string Library = "libnvidia-ml.so.1";

    /// <summary>nvmlUtilization_t: percent of the last sampling period.</summary>
    internal struct Utilization
    {
        /// <summary>In which a kernel ran.</summary>
        internal uint Gpu;

        /// <summary>In which memory was read or written.</summary>
        internal uint Memory;
    }

    [LibraryImport(Library, EntryPoint = "nvmlInit_v2")]
    internal static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByPciBusId_v2")]
    internal static unsafe partial int DeviceGetHandleByPciBusId(byte* text, out nint device);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetUtilizationRates")]
    internal static partial int DeviceGetUtilizationRates(nint device, out Utilization utilization);
}
