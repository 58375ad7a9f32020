using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>The CUDA driver's C API (cuda.h), for what libtorch's stable ABI has no call for: graphs, events and kernels of our own. All return 0 on success.</summary>
internal static partial class CudaDriver
{
    /// <summary>CU_STREAM_CAPTURE_MODE_RELAXED: libtorch's allocator may ask the driver for memory meanwhile.</summary>
    internal const int Relaxed = 2;

    /// <summary>CU_EVENT_RECORD_EXTERNAL: recorded anew each time the graph runs, to be read from outside.</summary>
    internal const uint External = 1;

    /// <summary>CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR.</summary>
    internal const int ComputeCapabilityMajor = 75;

    /// <summary>CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR.</summary>
    internal const int ComputeCapabilityMinor = 76;

    private const string Library = "libcuda.so.1";

    [LibraryImport(Library, EntryPoint = "cuInit")]
    internal static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    internal static partial int DeviceGet(out int device, int ordinal);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetAttribute")]
    internal static partial int DeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    internal static partial int PrimaryContextRetain(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxSetCurrent")]
    internal static partial int ContextSetCurrent(nint context);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    internal static partial int MemoryGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetPCIBusId")]
    internal static unsafe partial int DeviceGetPciBusId(byte* text, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuModuleLoadData")]
    internal static unsafe partial int ModuleLoadData(out nint module, byte* image);

    [LibraryImport(Library, EntryPoint = "cuModuleUnload")]
    internal static partial int ModuleUnload(nint module);

    [LibraryImport(Library, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library, EntryPoint = "cuLaunchKernel")]
    internal static unsafe partial int LaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(Library, EntryPoint = "cuCtxSynchronize")]
    internal static partial int ContextSynchronize();

    [LibraryImport(Library, EntryPoint = "cuStreamSynchronize")]
    internal static partial int StreamSynchronize(nint stream);

    [LibraryImport(Library, EntryPoint = "cuStreamWaitEvent")]
    internal static partial int StreamWaitEvent(nint stream, nint occurrence, uint flags);

    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    internal static partial int StreamBeginCapture(nint stream, int mode);

    [LibraryImport(Library, EntryPoint = "cuStreamEndCapture")]
    internal static partial int StreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library, EntryPoint = "cuGraphInstantiateWithFlags")]
    internal static partial int GraphInstantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Library, EntryPoint = "cuGraphLaunch")]
    internal static partial int GraphLaunch(nint executable, nint stream);

    [LibraryImport(Library, EntryPoint = "cuGraphDestroy")]
    internal static partial int GraphDestroy(nint graph);

    [LibraryImport(Library, EntryPoint = "cuGraphExecDestroy")]
    internal static partial int GraphExecutableDestroy(nint executable);

    [LibraryImport(Library, EntryPoint = "cuEventCreate")]
    internal static partial int EventCreate(out nint occurrence, uint flags);

    [LibraryImport(Library, EntryPoint = "cuEventRecordWithFlags")]
    internal static partial int EventRecord(nint occurrence, nint stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cuEventElapsedTime")]
    internal static partial int EventElapsedTime(out float milliseconds, nint start, nint end);

    [LibraryImport(Library, EntryPoint = "cuEventDestroy_v2")]
    internal static partial int EventDestroy(nint occurrence);

    [LibraryImport(Library, EntryPoint = "cuGetErrorName")]
    private static unsafe partial int ErrorName(int status, out byte* name);

    /// <summary>Throws what the driver reports, with the name it has for it.</summary>
    internal static unsafe void Check(int status, string call)
    {
        if (status == 0) return;
        var name = ErrorName(status, out var text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : "unknown";
        throw new TorchException($"{call}: the CUDA driver reports {name} ({status})");
    }
}
