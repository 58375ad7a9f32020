using System.Globalization;
using DepthVla.Robot.Torch.Native;

namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Where a tensor lives: the CPU, or a CUDA device by index.</summary>
public readonly record struct TorchDevice
{
    private TorchDevice(bool isCuda, int index) => (IsCuda, Index) = (isCuda, index);

    /// <summary>The processor.</summary>
    public static TorchDevice Cpu => default;

    /// <summary>True for a CUDA device.</summary>
    public bool IsCuda { get; }

    /// <summary>The CUDA device's index; 0 for the CPU.</summary>
    public int Index { get; }

    internal int TypeCode => IsCuda ? LibTorch.DeviceTypeCuda() : LibTorch.DeviceTypeCpu();

    /// <summary>CUDA device <paramref name="index"/>; loads libtorch's CUDA half.</summary>
    /// <exception cref="TorchException">libtorch is a CPU build, or does not load; the message says what to do.</exception>
    public static TorchDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        LibTorchLocation.LoadCuda();
        return new TorchDevice(true, index);
    }

    /// <summary>Reads "cpu", "cuda" or "cuda:N".</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static TorchDevice Parse(string text)
    {
        if (text == "cpu") return Cpu;
        if (text == "cuda") return Cuda();
        if (text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return Cuda(index);
        throw new FormatException($"device: expected cpu, cuda or cuda:N, got '{text}'");
    }

    /// <summary>Waits until the device has done all that was asked of it; on the CPU that is always so.</summary>
    /// <exception cref="TorchException">The device failed meanwhile.</exception>
    public void Synchronize()
    {
        if (IsCuda) CudaDriver.Check(CudaDriver.ContextSynchronize(), $"{this}: cuCtxSynchronize");
    }

    internal static TorchDevice From(int typeCode, int index) => typeCode == LibTorch.DeviceTypeCuda() ? new TorchDevice(true, index) : Cpu;

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? $"cuda:{Index}" : "cpu";
}
