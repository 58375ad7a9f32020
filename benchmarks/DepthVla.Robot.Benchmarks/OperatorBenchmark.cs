using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>What a call through the binding costs: operators on tensors so small that the arithmetic is nothing.</summary>
internal static class OperatorBenchmark
{
    private const int Calls = 1000;

    internal static void Run()
    {
        using var grad = GradMode.Off();
        using var outer = new TensorScope();
        var x = Tensor.Full(0.5, [1, 4, 8], DType.Float32);
        var w = Tensor.Full(0.5, [8, 8], DType.Float32);
        var heads = x.Reshape(1, 1, 4, 8);
        (string Name, Func<Tensor> Call)[] operators =
        [
            ("add", () => x + x), ("mul", () => x * x), ("slice", () => x.Slice(1, 0, 2)), ("reshape", () => x.Reshape(4, 8)), ("permute", () => x.Permute(1, 0, 2)),
            ("cat", () => Tensor.Cat([x, x], 1)), ("to bfloat16", () => x.To(DType.BFloat16)), ("silu", () => x.Silu()), ("gelu (tanh)", () => x.GeluTanh()),
            ("linear", () => x.Affine(w)), ("layer_norm", () => x.LayerNormalize(w.Slice(0, 0, 1).Reshape(8), w.Slice(0, 0, 1).Reshape(8), 1e-6)),
            ("rms_norm", () => x.RmsNormalize(null, 1e-6)), ("attention", () => Tensor.Attention(heads, heads, heads, null, 1)),
        ];

        var table = new Table().Border(TableBorder.Rounded).AddColumn("operator").AddColumn(new TableColumn("µs a call").RightAligned()).AddColumn(new TableColumn("× add").RightAligned());
        var add = 0.0;
        foreach (var (name, call) in operators)
        {
            var timing = Timing.Of(() =>
            {
                using var scope = new TensorScope();
                for (var i = 0; i < Calls; i++) call();
            }, warmUps: 5, rounds: 25);
            var microseconds = timing.MedianMs * 1000 / Calls;
            if (add == 0) add = microseconds;
            table.AddRow(name, Text.Number(microseconds, 2), Text.Number(microseconds / add, 1));
        }

        AnsiConsole.Write(table);
    }
}
