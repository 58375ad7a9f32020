using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>Does two things that do not depend on each other: side by side where the device can, else one after the other.</summary>
internal sealed class Beside(TorchDevice device)
{
    private CudaStream? _side;

    /// <summary>Both results; what comes later finds both done.</summary>
    internal (TOne One, TOther Other) Run<TOne, TOther>(Func<TOne> one, Func<TOther> other)
    {
        if (!device.IsCuda || GradMode.IsOn) return (one(), other());
        var (main, side) = (CudaStream.Current(device), _side ??= new CudaStream(device));
        side.After(main);
        TOther second;
        using (side.Use()) second = other();
        var first = one();
        main.After(side);
        return (first, second);
    }
}
