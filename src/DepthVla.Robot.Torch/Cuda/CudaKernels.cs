using System.Globalization;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>CUDA kernels from source text, compiled for the device that is there. Untried: no GPU was at hand when this was written.</summary>
/// <remarks>To be launched from threads that have called libtorch on that device before, which is what makes its context theirs.</remarks>
public sealed unsafe class CudaKernels : IKernels, IDisposable
{
    private readonly TorchDevice _device;
    private readonly nint _module;
    private readonly Dictionary<string, nint> _functions = [];

    private CudaKernels(TorchDevice device, nint module) => (_device, _module) = (device, module);

    /// <summary>Compiles <paramref name="source"/>, which takes a second or so; products and sums are not contracted, so the numbers are those of a CPU.</summary>
    /// <param name="source">CUDA C++ without headers; kernels are <c>extern "C"</c>.</param>
    /// <param name="name">What the compiler calls the text.</param>
    /// <param name="device">A CUDA device.</param>
    /// <exception cref="TorchException">There is no NVRTC, or the source does not compile; the message holds the compiler's.</exception>
    public static CudaKernels Compile(string source, string name, TorchDevice device)
    {
        var capability = CudaDevice.Capability(device);
        CudaDevice.UseContext(device);
        fixed (byte* image = new Nvrtc(Nvrtc.Places(LibTorchLocation.Directory)).Compile(source, name, capability))
        {
            CudaDriver.Check(CudaDriver.ModuleLoadData(out var module, image), "cuModuleLoadData");
            return new CudaKernels(device, module);
        }
    }

    /// <inheritdoc/>
    public void Launch(string name, long blocks, int threads, params ReadOnlySpan<KernelArgument> arguments)
    {
        if (LibTorchCuda.CurrentStream(_device.Index, out var stream) != 0) throw new TorchException($"{_device}: libtorch knows no current stream");
        var places = stackalloc void*[arguments.Length];
        fixed (KernelArgument* first = arguments)
        {
            for (var i = 0; i < arguments.Length; i++) places[i] = first + i;
            var status = CudaDriver.LaunchKernel(Function(name), checked((uint)blocks), 1, 1, (uint)threads, 1, 1, 0, stream, places, null);
            if (status != 0) CudaDriver.Check(status, string.Create(CultureInfo.InvariantCulture, $"cuLaunchKernel of {name}, {blocks} blocks of {threads}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = CudaDriver.ModuleUnload(_module);

    private nint Function(string name)
    {
        lock (_functions)
        {
            if (_functions.TryGetValue(name, out var known)) return known;
            CudaDriver.Check(CudaDriver.ModuleGetFunction(out var function, _module, name), $"cuModuleGetFunction of {name}");
            return _functions[name] = function;
        }
    }
}
