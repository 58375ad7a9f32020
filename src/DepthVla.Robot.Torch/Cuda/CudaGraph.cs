using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>Work that was recorded once and is asked of the device by one call, again and again, on the same memory.</summary>
/// <remarks>
/// libtorch's allocator does not know of the recording: what the work frees may be handed out again, but only on the stream it was recorded on
/// (<see cref="CudaStream"/>). So that stream must do nothing else but record and run such graphs, one after the other. Graphs of one stream then lie on
/// the same memory, and what one left there is gone after the next. An allocator that runs out of memory gives back what is free everywhere, this memory
/// too: after that, nothing may be run any more. Untried: no GPU was at hand when this was written.
/// </remarks>
public sealed class CudaGraph : IRecording
{
    private readonly CudaStream _stream;
    private readonly nint _executable;

    private CudaGraph(CudaStream stream, nint executable) => (_stream, _executable) = (stream, executable);

    /// <summary>Records what <paramref name="work"/> asks of the device; nothing of it is done yet. It must have been done once before.</summary>
    /// <exception cref="TorchException">Something in it cannot be recorded, such as waiting for the device.</exception>
    public static CudaGraph Record(CudaStream stream, Action work)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(work);
        using var use = stream.Use();
        CudaDriver.Check(CudaDriver.StreamBeginCapture(stream.Handle, CudaDriver.Relaxed), "cuStreamBeginCapture");
        nint graph;
        try
        {
            using (Recording.Begin()) work();
        }
        finally { CudaDriver.Check(CudaDriver.StreamEndCapture(stream.Handle, out graph), "cuStreamEndCapture"); }

        try
        {
            CudaDriver.Check(CudaDriver.GraphInstantiate(out var executable, graph, 0), "cuGraphInstantiate");
            return new CudaGraph(stream, executable);
        }
        finally { _ = CudaDriver.GraphDestroy(graph); }
    }

    /// <inheritdoc/>
    public void Replay()
    {
        _stream.Device.Synchronize();                                                            // what it begins with was put there by another stream
        CudaDriver.Check(CudaDriver.GraphLaunch(_executable, _stream.Handle), "cuGraphLaunch");
        _stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose() => _ = CudaDriver.GraphExecutableDestroy(_executable);
}
