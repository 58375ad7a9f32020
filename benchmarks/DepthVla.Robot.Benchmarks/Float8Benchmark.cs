using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Products of 8-bit floats, rounding their inputs included, against bfloat16's, at the paper's sizes.</summary>
internal static class Float8Benchmark
{
    private static readonly (string Name, long Rows, long Inputs, long Outputs)[] Products =
    [
        ("gate and up, VLM", 560, 2048, 32768), ("down, VLM", 560, 16384, 2048), ("queries, keys, values, VLM", 560, 2048, 2560),
        ("gate and up, actions", 50, 1024, 8192), ("down, actions", 50, 4096, 1024),
    ];

    internal static void Run(TorchDevice device, IOperators operators, CudaStream stream)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("product");
        foreach (var column in (string[])["apart, %", "bfloat16 µs", "float8 µs", "×"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, rows, inputs, outputs) in Products)
        {
            using var scope = new TensorScope();
            var (x, weight, scale) = (Of(device, rows, inputs), Of(device, outputs, inputs), 2 / DTypes.MostFloat8);
            var (weight8, one) = (operators.ToFloat8(weight, scale), Tensor.Full(scale, [], DType.Float32, device));
            Tensor Wide() => x.Affine(weight);
            Tensor Narrow() => operators.ToFloat8(x, scale).ScaledAffine(one, weight8, one, x.DType);
            var apart = Apart(Wide(), Narrow());
            var (before, now) = (KernelBenchmark.Microseconds(stream, () => Wide()), KernelBenchmark.Microseconds(stream, () => Narrow()));
            table.AddRow(name, Text.Number(100 * apart, 2), Text.Number(before, 1), Text.Number(now, 1), Text.Number(before / now, 2));
        }

        AnsiConsole.Write(table);
    }

    private static Tensor Of(TorchDevice device, params long[] shape) => KernelBenchmark.Numbers(shape).To(DType.BFloat16).To(device);

    private static double Apart(Tensor expected, Tensor actual)
    {
        var (e, a) = (expected.To(DType.Float32).ToArray<float>(), actual.To(DType.Float32).ToArray<float>());
        return Math.Sqrt(e.Zip(a, (x, y) => Math.Pow(x - (double)y, 2)).Sum() / e.Sum(v => (double)v * v));
    }
}
