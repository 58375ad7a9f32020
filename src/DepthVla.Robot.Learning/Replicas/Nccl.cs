using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Replicas;

/// <summary>Replicas that each have a GPU: gradients are added up on the devices by NCCL, which libtorch's CUDA build brings; the rest goes by MPI.</summary>
/// <remarks>
/// Written after nccl.h of NCCL 2 and <b>never run</b>: no machine with two GPUs was to be had. One GPU a process, which must be its device 0
/// (CUDA_VISIBLE_DEVICES), and the default stream, which is where libtorch works.
/// </remarks>
internal sealed unsafe class Nccl : IReplicas
{
    private const int Float32 = 7, Addition = 0, Success = 0;
    private readonly Mpi _mpi;
    private readonly nint _library, _communicator;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int> _allReduce;

    /// <param name="mpi">Who the replicas are; from now on this one's.</param>
    internal Nccl(Mpi mpi)
    {
        _mpi = mpi;
        _library = NativeLibrary.Load("libnccl.so.2");          // loaded with libtorch's CUDA half, and found by its name
        _allReduce = (delegate* unmanaged<void*, void*, nuint, int, int, nint, nint, int>)NativeLibrary.GetExport(_library, "ncclAllReduce");
        var id = new UniqueId();
        if (mpi.Rank == 0) Check(((delegate* unmanaged<UniqueId*, int>)NativeLibrary.GetExport(_library, "ncclGetUniqueId"))(&id), "ncclGetUniqueId");
        mpi.Broadcast(new Span<byte>(&id, sizeof(UniqueId)));
        nint communicator;
        var join = (delegate* unmanaged<nint*, int, UniqueId, int, int>)NativeLibrary.GetExport(_library, "ncclCommInitRank");
        Check(join(&communicator, mpi.Count, id, mpi.Rank), "ncclCommInitRank");
        _communicator = communicator;
    }

    public int Rank => _mpi.Rank;

    public int Count => _mpi.Count;

    public void Sum(Span<float> values) => _mpi.Sum(values);

    public void Sum(Tensor values)
    {
        var data = (void*)values.DataPointer;
        Check(_allReduce(data, data, (nuint)values.Count, Float32, Addition, _communicator, 0), "ncclAllReduce");
    }

    public void Dispose()
    {
        Check(((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(_library, "ncclCommDestroy"))(_communicator), "ncclCommDestroy");
        _mpi.Dispose();
    }

    private void Check(int status, string call)
    {
        if (status == Success) return;
        var text = ((delegate* unmanaged<int, nint>)NativeLibrary.GetExport(_library, "ncclGetErrorString"))(status);
        throw new InvalidOperationException($"{call} failed: {Marshal.PtrToStringUTF8(text)}. NCCL_DEBUG=INFO makes it say more.");
    }

    // ncclUniqueId, which goes by value.
    private struct UniqueId
    {
        public fixed byte Bytes[128];
    }
}
