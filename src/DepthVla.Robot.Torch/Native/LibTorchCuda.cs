using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>The CUDA half of libtorch's stable C ABI: torch/csrc/stable/c/shim.h and torch/csrc/inductor/aoti_torch/c/shim.h. All return 0 on success.</summary>
internal static partial class LibTorchCuda
{
    private const string Library = LibTorchLocation.CudaLibrary;

    [LibraryImport(Library, EntryPoint = "torch_get_cuda_stream_from_pool")]
    internal static partial int StreamFromPool(byte highPriority, int device, out nint stream);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_current_cuda_stream")]
    internal static partial int CurrentStream(int device, out nint stream);

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_cuda_stream_guard")]
    internal static partial int CreateStreamGuard(nint stream, int device, out nint guard);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_cuda_stream_guard")]
    internal static partial int DeleteStreamGuard(nint guard);

    /// <summary>torch/csrc/inductor/aoti_torch/generated/c_shim_cuda.h</summary>
    [LibraryImport(Library, EntryPoint = "aoti_torch_cuda__addmm_activation")]
    internal static partial int AffineActivation(nint self, nint left, nint right, double beta, double alpha, int gelu, out nint result);
}
