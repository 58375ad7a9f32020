using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Cuda;
using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>The fused kernels against libtorch's operators on a CUDA device, at the paper's sizes with two cameras: first whether they agree, then both times.</summary>
/// <remarks>Many calls are recorded as one graph, so that it is the device's time and not that of asking.</remarks>
internal static class KernelBenchmark
{
    private const int Calls = 100;
    private const double Epsilon = 1e-6;

    /// <exception cref="TorchException">A kernel does not compile, or answers otherwise than libtorch does.</exception>
    internal static void Run(TorchDevice device)
    {
        using var grad = GradMode.Off();
        using var outer = new TensorScope();
        using var kernels = CudaKernels.Compile(KernelSource.Text, "kernels", device);
        var (eager, fused, stream) = (new EagerOperators(), new FusedOperators(kernels), new CudaStream(device));

        var table = new Table().Border(TableBorder.Rounded).AddColumn("kernel");
        foreach (var column in (string[])["places apart", "libtorch µs", "fused µs", "×", "fused GB/s"]) table.AddColumn(new TableColumn(column).RightAligned());
        var wrong = new List<string>();
        foreach (var (name, bytes, least, call) in Cases(device))
        {
            var apart = Apart(call(eager), call(fused), least);
            if (!(apart <= 1)) wrong.Add(name);
            var (before, now) = (Microseconds(stream, () => call(eager)), Microseconds(stream, () => call(fused)));
            table.AddRow(name, Text.Number(apart, 2), Text.Number(before, 1), Text.Number(now, 1), Text.Number(before / now, 1), Text.Number(bytes / now / 1000, 0));
        }

        if (!PlanesAgree(eager, fused, device)) wrong.Add("bytes to numbers");
        AnsiConsole.Write(table);
        if (CudaDevice.Capability(device) >= 89) Float8Benchmark.Run(device, fused, stream);
        if (wrong.Count > 0) throw new TorchException($"more than one place of bfloat16 apart from libtorch: {string.Join(", ", wrong)}; do not serve with --engine graph on this device");
    }

    // Numbers below `Least` are compared in places of that: float32 rounds differently there, and sums of a product vary by the size of what they add.
    internal static IEnumerable<(string Name, long Bytes, double Least, Func<IOperators, Tensor[]> Call)> Cases(TorchDevice device)
    {
        const double Small = 1.0 / 256;
        Tensor Of(DType type, params long[] shape) => Numbers(shape).To(type).To(device);
        foreach (var (of, rows, width) in ((string, long, long)[])[("VLM", 560, 2048), ("actions", 50, 1024)])
        {
            var (x, block, scale) = (Of(DType.BFloat16, 1, rows, width), Of(DType.BFloat16, 1, rows, width), Of(DType.Float32, width));
            yield return ($"RMSNorm, {of}", 4 * rows * width, Small, o => [o.RmsNorm(x, scale, Epsilon)]);
            yield return ($"add and RMSNorm, {of}", 8 * rows * width, Small, o => Both(o.AddRmsNorm(x, block, scale, Epsilon)));
        }

        foreach (var (of, rows, width) in ((string, long, long)[])[("SigLIP", 512, 1152), ("DINOv2", 514, 1024)])
        {
            var (x, block, weight) = (Of(DType.BFloat16, 1, rows, width), Of(DType.BFloat16, 1, rows, width), Of(DType.BFloat16, width));
            yield return ($"LayerNorm, {of}", 4 * rows * width, Small, o => [o.LayerNorm(x, weight, weight, Epsilon)]);
            yield return ($"add and LayerNorm, {of}", 8 * rows * width, Small, o => Both(o.AddLayerNorm(x, block, weight, weight, Epsilon)));
        }

        foreach (var (of, rows, inputs, outputs, call) in ((string, long, long, long, Func<IOperators, Tensor, Tensor, Tensor, Tensor>)[])
            [("GELU (tanh), SigLIP", 512, 1152, 4304, (o, x, w, b) => o.AffineGeluTanh(x, w, b)), ("GELU (erf), DINOv2", 514, 1024, 4096, (o, x, w, b) => o.AffineGeluErf(x, w, b))])
        {
            var (x, weight, bias) = (Of(DType.BFloat16, rows, inputs), Of(DType.BFloat16, outputs, inputs), Of(DType.BFloat16, outputs));
            yield return ($"product and {of}", 2 * (x.Count + weight.Count + rows * outputs), Math.Sqrt(inputs), o => [call(o, x, weight, bias)]);
        }

        foreach (var (of, rows, inputs, outputs) in ((string, long, long, long)[])[("VLM", 560, 16384, 2048), ("actions", 50, 4096, 1024)])
        {
            var (x, weight, sum) = (Of(DType.BFloat16, 1, rows, inputs), Of(DType.BFloat16, outputs, inputs), Of(DType.BFloat16, 1, rows, outputs));
            yield return ($"product and addition, {of}", 2 * (x.Count + weight.Count + 2 * sum.Count), Math.Sqrt(inputs), o => [o.PlusProduct(sum.Clone(), x, weight)]);
        }

        foreach (var (of, rows, width) in ((string, long, long)[])[("VLM", 560, 16384), ("actions", 50, 4096)])
        {
            var both = Of(DType.BFloat16, 1, rows, 2 * width);
            var (gate, up) = (both.Slice(-1, 0, width), both.Slice(-1, width, 2 * width));
            yield return ($"gated GELU, {of}", 6 * rows * width, Small, o => [o.GatedGelu(gate, up)]);
        }

        foreach (var (of, tokens) in ((string, long)[])[("VLM", 560), ("actions", 50)])
        {
            var (all, angles) = (Of(DType.BFloat16, 1, tokens, 2560), new RotaryAngles(Of(DType.Float32, 1, 1, tokens, 256), Of(DType.Float32, 1, 1, tokens, 256)));
            var room = new KeyValuePlace(Of(DType.BFloat16, 1, 1, 1200, 256).Slice(2, 1200 - tokens, 1200), Of(DType.BFloat16, 1, 1, 1200, 256).Slice(2, 1200 - tokens, 1200));
            yield return ($"split, turn and store, {of}", 4 * all.Count + 8 * angles.Cos.Count, Small, o =>
            {
                var heads = o.SplitAndTurn(all, angles, 8, 1, room);
                return [heads.Query, heads.Key.Clone(), heads.Value.Clone()];
            });
        }
    }

    // Begins on the CPU, so no graph holds it; its time is a part of `model`'s preprocessing.
    private static bool PlanesAgree(EagerOperators eager, FusedOperators fused, TorchDevice device)
    {
        var pictures = Tensor.Staging<byte>([1, 2, 224, 224, 3], device);
        new Random(1).NextBytes(pictures.InPlace<byte>());
        float[] Planes(IOperators operators) => operators.Planes(pictures, PixelNormalization.DinoV2, device).ToArray<float>();
        return Planes(eager).AsSpan().SequenceEqual(Planes(fused));
    }

    private static Tensor[] Both((Tensor Sum, Tensor Normed) result) => [result.Sum, result.Normed];

    /// <summary>The device's time for one call.</summary>
    internal static double Microseconds(CudaStream stream, Action call)
    {
        void Work()
        {
            for (var i = 0; i < Calls; i++)
            {
                using var scope = new TensorScope();
                call();
            }
        }

        using (stream.Use()) Work();
        using var graph = CudaGraph.Record(stream, Work);
        return Timing.Of(graph.Replay, warmUps: 3, rounds: 20).MedianMs * 1000 / Calls;
    }

    // In places of bfloat16.
    private static double Apart(Tensor[] expected, Tensor[] actual, double least) => expected.Zip(actual, (e, a) =>
        e.To(DType.Float32).ToArray<float>().Zip(a.To(DType.Float32).ToArray<float>(), (x, y) => x.Equals(y) ? 0
            : Math.Abs((double)x - y) / Math.Pow(2, Math.Floor(Math.Log2(Math.Max(Math.Abs((double)x), least))) - 7)).Max()).Max();

    /// <summary>Even ones from −2 to 2, on the CPU, float32.</summary>
    internal static Tensor Numbers(params long[] shape)
    {
        var random = new Random(1);
        return Tensor.From<float>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() * 4 - 2)], shape);
    }
}
