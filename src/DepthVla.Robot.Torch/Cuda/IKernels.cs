using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Cuda;

/// <summary>Compiled kernels that can be launched by name.</summary>
public interface IKernels
{
    /// <summary>Asks the device to run a kernel; on a CUDA device it is done in the order of the thread's current stream, and recorded where that records.</summary>
    /// <param name="name">The function in the source.</param>
    /// <param name="blocks">How many blocks, 1 or more.</param>
    /// <param name="threads">Threads a block, 1 to 1024.</param>
    /// <param name="arguments">In the function's order and of its types; nobody checks them. Tensors must live until the stream has come by, as for any operator.</param>
    /// <exception cref="TorchException">There is no such kernel, or the device refused the launch.</exception>
    void Launch(string name, long blocks, int threads, params ReadOnlySpan<KernelArgument> arguments);
}

/// <summary>One argument of a kernel: a pointer, an integer or a float, in the low bytes of eight.</summary>
public readonly struct KernelArgument
{
    private readonly long _bits;

    private KernelArgument(long bits) => _bits = bits;

    /// <summary>Where the tensor's first element is; null for none.</summary>
    public static implicit operator KernelArgument(Tensor? tensor) => new(tensor?.DataPointer ?? 0);

    /// <summary>An <c>int</c> or a <c>long long</c>.</summary>
    public static implicit operator KernelArgument(long value) => new(value);

    /// <summary>A <c>float</c>.</summary>
    public static implicit operator KernelArgument(float value) => new(BitConverter.SingleToInt32Bits(value));
}
