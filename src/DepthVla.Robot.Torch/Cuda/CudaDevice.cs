using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>What the CUDA driver says of a device. Untried: no GPU was at hand when this was written.</summary>
public static class CudaDevice
{
    /// <summary>Its compute capability, such as 89 for 8.9. Products of 8-bit floats begin there.</summary>
    /// <exception cref="TorchException">The device is not there.</exception>
    public static int Capability(TorchDevice device)
    {
        var handle = Handle(device);
        CudaDriver.Check(CudaDriver.DeviceGetAttribute(out var major, CudaDriver.ComputeCapabilityMajor, handle), "cuDeviceGetAttribute");
        CudaDriver.Check(CudaDriver.DeviceGetAttribute(out var minor, CudaDriver.ComputeCapabilityMinor, handle), "cuDeviceGetAttribute");
        return 10 * major + minor;
    }

    /// <summary>How much of its memory is taken, by all processes together, and how much it has; bytes. Any thread.</summary>
    /// <exception cref="TorchException">The device is not there, or failed.</exception>
    public static (long Used, long All) Memory(TorchDevice device)
    {
        UseContext(device);
        CudaDriver.Check(CudaDriver.MemoryGetInfo(out var free, out var all), "cuMemGetInfo");
        return ((long)(all - free), (long)all);
    }

    /// <summary>The share of the last moments in which it computed, 0 to 1; null where the driver does not say, as for a part of a GPU. Any thread.</summary>
    public static unsafe double? Utilization(TorchDevice device)
    {
        const int Length = 32;
        var place = stackalloc byte[Length];
        try
        {
            if (CudaDriver.DeviceGetPciBusId(place, Length, Handle(device)) != 0 || Nvml.Initialize() != 0) return null;
            if (Nvml.DeviceGetHandleByPciBusId(place, out var watched) != 0 || Nvml.DeviceGetUtilizationRates(watched, out var busy) != 0) return null;
            return busy.Gpu / 100.0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes libtorch's own context this thread's; it is kept as long as the process lives.</summary>
    internal static void UseContext(TorchDevice device)
    {
        CudaDriver.Check(CudaDriver.PrimaryContextRetain(out var context, Handle(device)), "cuDevicePrimaryCtxRetain");
        CudaDriver.Check(CudaDriver.ContextSetCurrent(context), "cuCtxSetCurrent");
    }

    private static int Handle(TorchDevice device)
    {
        if (!device.IsCuda) throw new ArgumentException($"expected a CUDA device, got {device}", nameof(device));
        CudaDriver.Check(CudaDriver.Initialize(0), "cuInit");
        CudaDriver.Check(CudaDriver.DeviceGet(out var handle, device.Index), "cuDeviceGet");
        return handle;
    }
}
