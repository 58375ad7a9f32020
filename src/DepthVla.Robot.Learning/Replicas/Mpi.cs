using System.Runtime.InteropServices;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Replicas;

/// <summary>Replicas started by mpirun: Open MPI's all-reduce, by its C interface.</summary>
/// <remarks>Open MPI's handles are addresses of its own variables; another MPI has others, and is not found under this name.</remarks>
internal sealed unsafe partial class Mpi : IReplicas
{
    private const string Library = "libmpi.so.40";
    private const int MostAtOnce = 1 << 24;
    private static readonly nint InPlace = 1;
    private readonly nint _world, _float, _byte, _sum;

    private Mpi()
    {
        var library = NativeLibrary.Load(Library);
        (_world, _sum) = (NativeLibrary.GetExport(library, "ompi_mpi_comm_world"), NativeLibrary.GetExport(library, "ompi_mpi_op_sum"));
        (_float, _byte) = (NativeLibrary.GetExport(library, "ompi_mpi_float"), NativeLibrary.GetExport(library, "ompi_mpi_byte"));
        Check(MPI_Init(0, 0), nameof(MPI_Init));
        Check(MPI_Comm_rank(_world, out var rank), nameof(MPI_Comm_rank));
        Check(MPI_Comm_size(_world, out var count), nameof(MPI_Comm_size));
        (Rank, Count) = (rank, count);
    }

    public int Rank { get; }

    public int Count { get; }

    /// <summary>The replicas that mpirun started, each with a GPU if <paramref name="device"/> is one; or this process alone when it started none.</summary>
    /// <exception cref="DllNotFoundException">mpirun started this process, and Open MPI's library is not there.</exception>
    internal static IReplicas Join(TorchDevice device)
    {
        if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not { Length: > 0 }) return new Alone();
        var processes = new Mpi();
        return device.IsCuda && processes.Count > 1 ? new Nccl(processes) : processes;
    }

    public void Sum(Span<float> values)
    {
        for (var start = 0; start < values.Length; start += MostAtOnce)
        {
            var part = values.Slice(start, Math.Min(MostAtOnce, values.Length - start));
            fixed (float* data = part) Check(MPI_Allreduce(InPlace, data, part.Length, _float, _sum, _world), nameof(MPI_Allreduce));
        }
    }

    /// <summary>Gives every replica what the first has.</summary>
    internal void Broadcast(Span<byte> values)
    {
        fixed (byte* data = values) Check(MPI_Bcast(data, values.Length, _byte, 0, _world), nameof(MPI_Bcast));
    }

    public void Dispose() => _ = MPI_Finalize();

    // By default Open MPI ends all processes at an error, so this is for an unusual setting.
    private static void Check(int status, string call)
    {
        if (status != 0) throw new InvalidOperationException($"{call} failed with {status}.");
    }

    [LibraryImport(Library)]
    private static partial int MPI_Init(nint argumentCount, nint arguments);

    [LibraryImport(Library)]
    private static partial int MPI_Finalize();

    [LibraryImport(Library)]
    private static partial int MPI_Comm_rank(nint communicator, out int rank);

    [LibraryImport(Library)]
    private static partial int MPI_Comm_size(nint communicator, out int size);

    [LibraryImport(Library)]
    private static partial int MPI_Bcast(void* buffer, int count, nint type, int root, nint communicator);

    [LibraryImport(Library)]
    private static partial int MPI_Allreduce(nint send, void* receive, int count, nint type, nint operation, nint communicator);
}
