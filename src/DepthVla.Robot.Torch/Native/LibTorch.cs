using System.Runtime.InteropServices;

namespace DepthVla.Robot.Torch.Native;

/// <summary>libtorch's stable C ABI, thin and literal: torch/csrc/inductor/aoti_torch/c/shim.h and torch/csrc/stable/c/shim.h.</summary>
/// <remarks>Every function that returns int returns 0 on success, except the getters of codes and counts.</remarks>
internal static unsafe partial class LibTorch
{
    private const string Library = LibTorchLocation.CpuLibrary;

    static LibTorch() => LibTorchLocation.Register();

    [LibraryImport(Library, EntryPoint = "torch_call_dispatcher")]
    internal static partial int CallDispatcher(byte* op, byte* overload, long* stack, ulong abiVersion);

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    internal static partial ulong AbiVersion();

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    internal static partial int NewTensorHandle(nint tensor, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    internal static partial int DeleteTensor(nint tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    internal static partial int CreateTensorFromBlob(
        void* data, long dims, long* sizes, long* strides, long offset, int dtype, int deviceType, int deviceIndex, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_empty_strided")]
    internal static partial int EmptyStrided(long dims, long* sizes, long* strides, int dtype, int deviceType, int deviceIndex, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_aten_full")]
    internal static partial int Full(
        long* size, long dims, double value, int* dtype, int* layout, int* deviceType, int deviceIndex, int* pinMemory, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_aten_subtract_Tensor")]
    internal static partial int Subtract(nint left, nint right, double alpha, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_addmm_out")]
    internal static partial int AddProduct(nint result, nint self, nint left, nint right, float beta, float alpha);

    /// <summary>torch/csrc/inductor/aoti_torch/generated/c_shim_cpu.h</summary>
    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu__addmm_activation")]
    internal static partial int AffineActivation(nint self, nint left, nint right, double beta, double alpha, int gelu, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_copy_")]
    internal static partial int Copy(nint self, nint source, int nonBlocking);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    internal static partial int GetDataPointer(nint tensor, out nint data);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dim")]
    internal static partial int GetDim(nint tensor, out long dims);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_sizes")]
    internal static partial int GetSizes(nint tensor, out long* sizes);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_strides")]
    internal static partial int GetStrides(nint tensor, out long* strides);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_dtype")]
    internal static partial int GetDType(nint tensor, out int dtype);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_device_type")]
    internal static partial int GetDeviceType(nint tensor, out int deviceType);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_device_index")]
    internal static partial int GetDeviceIndex(nint tensor, out int deviceIndex);

    [LibraryImport(Library, EntryPoint = "torch_new_list_reserve_size")]
    internal static partial int NewList(nuint size, out nint list);

    [LibraryImport(Library, EntryPoint = "torch_list_push_back")]
    internal static partial int ListPush(nint list, long element);

    [LibraryImport(Library, EntryPoint = "torch_new_string_handle")]
    internal static partial int NewString(byte* text, nuint length, out nint result);

    [LibraryImport(Library, EntryPoint = "aoti_torch_grad_mode_is_enabled")]
    internal static partial byte GradModeIsEnabled();

    [LibraryImport(Library, EntryPoint = "aoti_torch_grad_mode_set_enabled")]
    internal static partial void GradModeSetEnabled(byte enabled);

    [LibraryImport(Library, EntryPoint = "torch_set_requires_grad")]
    internal static partial int SetRequiresGrad(nint tensor, byte required);

    [LibraryImport(Library, EntryPoint = "aoti_torch_is_defined")]
    internal static partial int IsDefined(nint tensor, out byte result);

    /// <summary>c10::TensorImpl::requires_grad() const: with the next, the two C++ symbols. Takes an at::Tensor's first word.</summary>
    [LibraryImport(LibTorchLocation.CoreLibrary, EntryPoint = "_ZNK3c1010TensorImpl13requires_gradEv")]
    internal static partial byte AsksForGradient(nint implementation);

    /// <summary>c10::TensorImpl::grad() const. Takes an at::Tensor's first word, returns an at::Tensor that stays its owner's.</summary>
    [LibraryImport(LibTorchLocation.CoreLibrary, EntryPoint = "_ZNK3c1010TensorImpl4gradEv")]
    internal static partial nint Gradient(nint implementation);

    [LibraryImport(Library, EntryPoint = "torch_get_num_threads")]
    internal static partial int GetNumThreads(out uint threads);

    [LibraryImport(Library, EntryPoint = "aoti_torch_device_type_cpu")]
    internal static partial int DeviceTypeCpu();

    [LibraryImport(Library, EntryPoint = "aoti_torch_device_type_cuda")]
    internal static partial int DeviceTypeCuda();

    [LibraryImport(Library, EntryPoint = "aoti_torch_memory_format_contiguous_format")]
    internal static partial int MemoryFormatContiguous();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_float32")]
    internal static partial int DTypeFloat32();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_float64")]
    internal static partial int DTypeFloat64();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_float16")]
    internal static partial int DTypeFloat16();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_bfloat16")]
    internal static partial int DTypeBFloat16();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_float8_e4m3fn")]
    internal static partial int DTypeFloat8E4M3();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_int64")]
    internal static partial int DTypeInt64();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_int32")]
    internal static partial int DTypeInt32();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_int16")]
    internal static partial int DTypeInt16();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_int8")]
    internal static partial int DTypeInt8();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_uint8")]
    internal static partial int DTypeUInt8();

    [LibraryImport(Library, EntryPoint = "aoti_torch_dtype_bool")]
    internal static partial int DTypeBool();
}
