using DepthVla.Robot.Imaging;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Operators;

/// <summary>The CUDA kernels' own text, run on this CPU, against libtorch's operators: the same within one place of bfloat16.</summary>
public sealed class FusedOperatorsTests : IDisposable
{
    private const double Epsilon = 1e-6;
    private static readonly EagerOperators Eager = new();
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    // Less than a warp, its multiples and neighbours, more than a block has threads; the widths of the paper's transformers.
    public static TheoryData<int, long, bool> Rows => new(
        from width in (long[])[8, 24, 256, 264, 1024, 1152, 2048, 2056, 4304] from backwards in (bool[])[false, true] select (width == 2048 ? 51 : 3, width, backwards));

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void RmsNorm_AnyWidth_IsLibtorchs(int rows, long width, bool descending)
    {
        var fused = Fused(descending);
        foreach (var size in (double[])[1, 1e-4, 3e4])
        {
            var (x, scale) = (Numbers(1, size, rows, width), Numbers(2, 1, width).To(DType.Float32));
            Close(Eager.RmsNorm(x, scale, Epsilon), fused.RmsNorm(x, scale, Epsilon));
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void AddRmsNorm_AnyWidth_IsLibtorchs(int rows, long width, bool descending)
    {
        var (x, block, scale) = (Numbers(3, 1, 1, rows, width), Numbers(4, 8, 1, rows, width), Numbers(5, 1, width).To(DType.Float32));
        var (expected, actual) = (Eager.AddRmsNorm(x, block, scale, Epsilon), Fused(descending).AddRmsNorm(x, block, scale, Epsilon));
        Assert.Equal(Bits(expected.Sum), Bits(actual.Sum));
        Close(expected.Normed, actual.Normed);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void LayerNorm_AnyWidth_IsLibtorchs(int rows, long width, bool descending)
    {
        var fused = Fused(descending);
        foreach (var mean in (double[])[0, 40])
        {
            var x = (Numbers(6, 1, rows, width).To(DType.Float32) + Tensor.Full(mean, [], DType.Float32)).To(DType.BFloat16);
            var (weight, bias) = (Numbers(7, 1, width), Numbers(8, 1, width));
            Close(Eager.LayerNorm(x, weight, bias, Epsilon), fused.LayerNorm(x, weight, bias, Epsilon), least: mean == 0 ? 1.0 / 256 : 1.0 / 16);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void AddLayerNorm_AnyWidth_IsLibtorchs(int rows, long width, bool descending)
    {
        var fused = Fused(descending);
        var (x, block, weight, bias) = (Numbers(9, 1, rows, width), Numbers(10, 1, rows, width), Numbers(11, 1, width), Numbers(12, 1, width));
        var (expected, actual) = (Eager.AddLayerNorm(x, block, weight, bias, Epsilon), fused.AddLayerNorm(x, block, weight, bias, Epsilon));
        Assert.Equal(Bits(expected.Sum), Bits(actual.Sum));
        Close(expected.Normed, actual.Normed, least: 1.0 / 256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Norms_RowsOfOneNumber_OfZeros_OrWithNaN_AreLibtorchs(bool descending)
    {
        var width = 264;
        var fused = Fused(descending);
        var rows = Tensor.Cat([Tensor.Full(0, [1, width], DType.Float32), Tensor.Full(-3, [1, width], DType.Float32),
            Tensor.Cat([Tensor.Full(double.NaN, [1, 1], DType.Float32), Tensor.Full(1, [1, width - 1], DType.Float32)], 1), Numbers(14, 1, 1, width).To(DType.Float32)], 0).To(DType.BFloat16);
        var (scale, weight, bias) = (Numbers(15, 1, width).To(DType.Float32), Numbers(16, 1, width), Numbers(17, 1, width));
        Close(Eager.RmsNorm(rows, scale, Epsilon), fused.RmsNorm(rows, scale, Epsilon));
        Close(Eager.LayerNorm(rows, weight, bias, Epsilon), fused.LayerNorm(rows, weight, bias, Epsilon), least: 1.0 / 16);   // libtorch's way: 3000 less 3000
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gelu_EveryBFloat16_IsLibtorchs(bool descending)
    {
        var fused = Fused(descending);
        var (all, ones) = (Every(), Tensor.Full(1, [256, 256], DType.BFloat16));
        Close(Eager.GatedGelu(all, ones), fused.GatedGelu(all, ones), least: 1e-30);             // where e^x is on the brink of infinity
        var (nothing, noWeights) = (Tensor.Full(0, [1, 8], DType.BFloat16), Tensor.Full(0, [65536, 8], DType.BFloat16));
        Close(all.GeluErf().Reshape(1, -1), fused.AffineGeluErf(nothing, noWeights, all.Reshape(-1)), least: 1.0 / 8192);       // 1 + erf of a negative number cancels
        all = all.Clamp(-1e38, 1e38);                                                            // libtorch doubles on the way
        Close(all.GeluErf().Reshape(1, -1), Eager.AffineGeluErf(nothing, noWeights, all.Reshape(-1)), least: 1.0 / 8192);
    }

    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(51, 1024, 256)]
    [InlineData(7, 264, 1152)]
    public void Products_WithWhatComesAtTheirEnd_AreLibtorchs(int rows, long inputs, long outputs)
    {
        var fused = Fused(descending: false);
        var (x, weight, bias) = (Numbers(26, 1, 2, rows, inputs), Numbers(27, 1 / Math.Sqrt(inputs), outputs, inputs), Numbers(28, 1, outputs));
        Close(Eager.AffineGeluErf(x, weight, bias), fused.AffineGeluErf(x, weight, bias), least: 1.0 / 256);
        Close(Eager.AffineGeluTanh(x, weight, bias), fused.AffineGeluTanh(x, weight, bias));

        var residual = Numbers(29, 8, 2, rows, outputs);
        var wide = residual.To(DType.Float32) + x.To(DType.Float32).Affine(weight.To(DType.Float32));
        Close(wide.To(DType.BFloat16), fused.PlusProduct(residual.Clone(), x, weight), least: 1.0 / 64);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(0.37, true)]
    public void ToFloat8_EveryBFloat16_IsLibtorchs(double scale, bool descending)
    {
        var (expected, actual) = (Eager.ToFloat8(Every(), scale), Fused(descending).ToFloat8(Every(), scale));
        Assert.Equal((DType.Float8E4M3, DTypes.MostFloat8), (actual.DType, expected.To(DType.Float32).ToArray<float>().Where(float.IsFinite).Max()));
        Assert.Equal(expected.To(DType.Float32).ToArray<float>(), actual.To(DType.Float32).ToArray<float>());
    }

    [Theory]
    [InlineData(1, 8, false)]
    [InlineData(51, 4096, true)]
    [InlineData(7, 264, false)]
    public void GatedGelu_HalvesOfOneProduct_AreLibtorchs(int rows, long width, bool descending)
    {
        var fused = Fused(descending);
        var both = Numbers(18, 3, 2, rows, 2 * width);
        var (gate, up) = (both.Slice(-1, 0, width), both.Slice(-1, width, 2 * width));
        Close(Eager.GatedGelu(gate, up), fused.GatedGelu(gate, up));
        Close(Eager.GatedGelu(gate, up), fused.GatedGelu(gate.Contiguous(), up.Contiguous()));
        Close(Eager.GatedGelu(gate, up), fused.GatedGelu(gate, up.Contiguous()));
        var turned = gate.Transpose(0, 1);                                                       // rows that are not all one stride apart
        Close(Eager.GatedGelu(turned, up.Transpose(0, 1)), fused.GatedGelu(turned, up.Transpose(0, 1)));
    }

    [Theory]
    [InlineData(1, 51, 8, 1, 256, false)]
    [InlineData(2, 5, 4, 2, 48, true)]
    [InlineData(3, 1, 2, 1, 16, false)]
    public void SplitAndTurn_IntoNewMemoryAndIntoARoom_IsLibtorchs(int batch, int tokens, int heads, int kv, int size, bool descending)
    {
        var fused = Fused(descending);
        var all = Numbers(19, 2, batch, tokens, (heads + 2 * kv) * size);
        foreach (var rows in (int[])[batch, 1])                                                  // of angles
        {
            var angles = new RotaryAngles(Numbers(20, 1, rows, 1, tokens, size).To(DType.Float32), Numbers(21, 1, rows, 1, tokens, size).To(DType.Float32));
            Same(Eager.SplitAndTurn(all, angles, heads, kv, null), fused.SplitAndTurn(all, angles, heads, kv, null));

            KeyValuePlace Room(out Tensor keys, out Tensor values)
            {
                (keys, values) = (Tensor.Full(7, [batch, kv, 3 + tokens, size], DType.BFloat16), Tensor.Full(9, [batch, kv, 3 + tokens, size], DType.BFloat16));
                return new(keys.Slice(2, 3, 3 + tokens), values.Slice(2, 3, 3 + tokens));
            }

            var (expected, actual) = (Room(out var expectedKeys, out var expectedValues), Room(out var actualKeys, out var actualValues));
            Same(Eager.SplitAndTurn(all, angles, heads, kv, expected), fused.SplitAndTurn(all, angles, heads, kv, actual));
            Close(expectedKeys, actualKeys);                                                     // what was there before, too
            Close(expectedValues, actualValues);
        }
    }

    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(2, 84, true)]
    [InlineData(3, 224, false)]
    [InlineData(2, 70, true)]                                                                    // not in turns of sixteen pixels: left to libtorch
    public void Planes_AnyBytes_AreTheSameBits(int pictures, int side, bool descending)
    {
        var bytes = new byte[pictures * side * side * 3];
        new Random(26).NextBytes(bytes);
        var kernels = HostKernels.OrSkip(descending);
        var (fused, frames) = (new FusedOperators(kernels), Tensor.From<byte>(bytes, [1, pictures, side, side, 3]));
        foreach (var normalization in (PixelNormalization[])[PixelNormalization.SigLip, PixelNormalization.DinoV2])
        {
            var (expected, actual) = (Eager.Planes(frames, normalization, TorchDevice.Cpu), fused.Planes(frames, normalization, TorchDevice.Cpu));
            Assert.Equal([1, pictures, 3, side, side], actual.Shape.ToArray());
            Assert.Equal(Bits(expected), Bits(actual));
        }

        Assert.Equal(side * side % 16 == 0 ? 2 : 0, kernels.Launches.GetValueOrDefault("byte_planes"));
    }

    [Fact]
    public void AnyOperator_WhatTheKernelsAreNotMadeFor_IsLeftToLibtorch()
    {
        var fused = new FusedOperators(new NoKernels());
        var scale = Tensor.Full(2, [12], DType.Float32);
        foreach (var x in (Tensor[])[Numbers(22, 1, 3, 12), Numbers(23, 1, 3, 12).To(DType.Float32)]) Assert.Equal(Bits(Eager.RmsNorm(x, scale, Epsilon)), Bits(fused.RmsNorm(x, scale, Epsilon)));
        var askew = Numbers(24, 1, 17).Slice(0, 1, 17);                                          // begins between two packs
        Assert.Equal(Bits(Eager.GatedGelu(askew, askew)), Bits(fused.GatedGelu(askew, askew)));
        using var grad = GradMode.On();
        var (square, row) = (Numbers(25, 1, 16, 16), Numbers(30, 1, 16));
        Assert.Equal(Bits(Eager.AffineGeluErf(square, square, row)), Bits(fused.AffineGeluErf(square, square, row)));
        var before = Bits(square);
        Assert.Equal(Bits(square + square.Affine(square)), Bits(fused.PlusProduct(square, square, square)));
        Assert.Equal(before, Bits(square));
    }

    private static FusedOperators Fused(bool descending) => new(HostKernels.OrSkip(descending));

    // Even ones and a few of other sizes among them, as activations have.
    private static Tensor Numbers(int seed, double size, params long[] shape)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ =>
            (float)(size * (random.NextDouble() * 2 - 1) * (random.Next(16) == 0 ? Math.Pow(2, random.Next(-12, 4)) : 1)))];
        return Tensor.From<float>(values, shape).To(DType.BFloat16);
    }

    private static Tensor Every() =>
        Tensor.From<float>([.. Enumerable.Range(0, 65536).Select(bits => BitConverter.Int32BitsToSingle(bits << 16))], [256, 256]).To(DType.BFloat16);

    private static void Same(Heads expected, Heads actual)
    {
        Close(expected.Query, actual.Query);
        Close(expected.Key, actual.Key);
        Close(expected.Value, actual.Value);
    }

    private static int[] Bits(Tensor x) => [.. x.To(DType.Float32).ToArray<float>().Select(BitConverter.SingleToInt32Bits)];

    /// <summary>At most one place of bfloat16 apart; numbers below <paramref name="least"/> one place of that, since there float32 itself rounds differently.</summary>
    private static void Close(Tensor expected, Tensor actual, double least = 1.0 / 1024)
    {
        Assert.Equal(DType.BFloat16, actual.DType);
        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
        var (e, a) = (expected.To(DType.Float32).ToArray<float>(), actual.To(DType.Float32).ToArray<float>());
        for (var i = 0; i < e.Length; i++)
        {
            if (e[i].Equals(a[i])) continue;
            var place = Math.Pow(2, Math.Floor(Math.Log2(Math.Max(Math.Abs((double)e[i]), least))) - 7);
            Assert.True(Math.Abs((double)e[i] - a[i]) <= place, $"number {i}: expected {e[i]:R}, got {a[i]:R}");
        }
    }
}
