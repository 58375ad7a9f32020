using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>The CUDA driver's C API, for what libtorch's stable ABI has no call for.</summary>
internal static partial class CudaDriver
{
    [LibraryImport("libcuda.so.1", EntryPoint = "cuCtxSynchronize")]
    internal static partial int ContextSynchronize();
}
