using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>A queue of work on a CUDA device, from libtorch's pool.</summary>
/// <remarks>
/// libtorch's allocator hands memory that was freed on one stream only to that stream again. Untried: no GPU was at hand when this was written.
/// </remarks>
public sealed class CudaStream
{
    /// <summary>Takes one from the pool.</summary>
    /// <exception cref="TorchException">The device is not there.</exception>
    public CudaStream(TorchDevice device)
    {
        if (!device.IsCuda) throw new ArgumentException($"expected a CUDA device, got {device}", nameof(device));
        Device = device;
        if (LibTorchCuda.StreamFromPool(0, device.Index, out var handle) != 0) throw new TorchException($"{device}: no stream from libtorch's pool");
        Handle = handle;
    }

    private CudaStream(TorchDevice device, nint handle) => (Device, Handle) = (device, handle);

    /// <summary>Where its work is done.</summary>
    public TorchDevice Device { get; }

    internal nint Handle { get; }

    /// <summary>The one that this thread's work goes to.</summary>
    public static CudaStream Current(TorchDevice device) => LibTorchCuda.CurrentStream(device.Index, out var handle) == 0
        ? new(device, handle)
        : throw new TorchException($"{device}: libtorch knows no current stream");

    /// <summary>What this thread asks of the device goes to this stream until disposed.</summary>
    public IDisposable Use() => new Guard(this);

    /// <summary>Waits until all is done.</summary>
    /// <exception cref="TorchException">Some of it failed.</exception>
    public void Synchronize() => CudaDriver.Check(CudaDriver.StreamSynchronize(Handle), "cuStreamSynchronize");

    /// <summary>What comes later here begins when what <paramref name="other"/> has been asked until now is done.</summary>
    public void After(CudaStream other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var reached = new CudaEvent(isTimed: false);
        reached.Record(other);
        CudaDriver.Check(CudaDriver.StreamWaitEvent(Handle, reached.Handle, 0), "cuStreamWaitEvent");
    }

    private sealed class Guard : IDisposable
    {
        private readonly nint _handle;

        internal Guard(CudaStream stream)
        {
            if (LibTorchCuda.CreateStreamGuard(stream.Handle, stream.Device.Index, out _handle) != 0) throw new TorchException($"{stream.Device}: libtorch cannot use this stream");
        }

        public void Dispose() => _ = LibTorchCuda.DeleteStreamGuard(_handle);
    }
}
