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
