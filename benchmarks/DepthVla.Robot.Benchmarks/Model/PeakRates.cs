using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>The best that this device and library do, here and now.</summary>
/// <param name="FlopsPerSecond">Floating-point operations a second of one large product.</param>
/// <param name="BytesPerSecond">Bytes read and written a second in copying what no cache holds.</param>
internal readonly record struct PeakRates(double FlopsPerSecond, double BytesPerSecond)
{
    private const int M = 816, K = 2048, N = 16384;
    private const long CopiedBytes = 512L << 20;

    internal const string Product = "(816 x 2048)·(2048 x 16384)";

    internal static PeakRates Measure(DType dtype, TorchDevice device) => new(MeasureProduct(dtype, device), MeasureCopy(device));

    internal static double MeasureProduct(DType dtype, TorchDevice device)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var (x, w) = (Tensor.Full(0.01, [M, K], dtype, device), Tensor.Full(0.01, [N, K], dtype, device));
        var timing = Time(() => x.Affine(w), device);
        return 2.0 * M * K * N / (timing.MinMs / 1000);
    }

    private static double MeasureCopy(TorchDevice device)
    {
        using var scope = new TensorScope();
        var (from, to) = (Tensor.Full(1, [CopiedBytes / 4], DType.Float32, device), Tensor.Full(0, [CopiedBytes / 4], DType.Float32, device));
        var timing = Time(() => to.Overwrite(from), device);
        return 2.0 * CopiedBytes / (timing.MinMs / 1000);
    }

    private static Timing Time(Action work, TorchDevice device) => Timing.Of(() =>
    {
        using var inner = new TensorScope();
        work();
        device.Synchronize();
    }, warmUps: 2, rounds: 7);
}
