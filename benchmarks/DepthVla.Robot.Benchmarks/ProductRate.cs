using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Floating-point operations a second of one large product: the best that this machine and library do.</summary>
internal static class ProductRate
{
    private const int M = 816, K = 2048, N = 16384;

    internal static double Measure(DType dtype, TorchDevice device)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var (x, w) = (Tensor.Full(0.01, [M, K], dtype, device), Tensor.Full(0.01, [N, K], dtype, device));
        var timing = Timing.Of(() =>
        {
            using var inner = new TensorScope();
            _ = x.Affine(w);
            device.Synchronize();
        }, warmUps: 2, rounds: 7);
        return 2.0 * M * K * N / (timing.MinMs / 1000);
    }
}
