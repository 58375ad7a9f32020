using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>A moment in a stream's work.</summary>
public sealed class CudaEvent : IDisposable
{
    private const uint WithoutTime = 2;                                                          // CU_EVENT_DISABLE_TIMING

    /// <param name="isTimed">Whether it is to say when it was.</param>
    public CudaEvent(bool isTimed)
    {
        CudaDriver.Check(CudaDriver.EventCreate(out var handle, isTimed ? 0 : WithoutTime), "cuEventCreate");
        Handle = handle;
    }

    internal nint Handle { get; }

    /// <summary>It is when <paramref name="stream"/> has done what it was asked until now.</summary>
    /// <param name="stream">Whose work.</param>
    /// <param name="eachReplay">While a graph is recorded: a moment of each of its runs, to be read afterwards.</param>
    public void Record(CudaStream stream, bool eachReplay = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CudaDriver.Check(CudaDriver.EventRecord(Handle, stream.Handle, eachReplay ? CudaDriver.External : 0), "cuEventRecordWithFlags");
    }

    /// <summary>From <paramref name="start"/> to this, when both are over; to half a microsecond.</summary>
    public TimeSpan Since(CudaEvent start)
    {
        ArgumentNullException.ThrowIfNull(start);
        CudaDriver.Check(CudaDriver.EventElapsedTime(out var milliseconds, start.Handle, Handle), "cuEventElapsedTime");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _ = CudaDriver.EventDestroy(Handle);
}
