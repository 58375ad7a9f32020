using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Tests.Tensors;

public sealed class AutogradTests
{
    [Fact]
    public void Gradient_OfMeanSquareOfAffine_IsThatByHand()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<double>([1, 2, 3, 4], [2, 2]);
        var w = Tensor.From<double>([0.5, -1], [1, 2]).ToLeaf();
        var y = x.Affine(w);                                   // [−1.5, −2.5]
        (y * y).Mean().Backward([w]);

        Assert.Equal([-1.5 * 1 + -2.5 * 3, -1.5 * 2 + -2.5 * 4], w.Gradient()!.ToArray<double>());
    }

    [Fact]
    public void Gradient_OfTwoBackwardPasses_AddsUp()
    {
        using var scope = new TensorScope();
        var w = Tensor.From<float>([3], [1]).ToLeaf();
        for (var i = 0; i < 2; i++) (w * w).Sum().Backward([w]);
        Assert.Equal([12f], w.Gradient()!.ToArray<float>());
    }

    [Fact]
    public void Gradient_OfALeafThatNothingDependsOn_IsNull()
    {
        using var scope = new TensorScope();
        var used = Tensor.From<float>([3], [1]).ToLeaf();
        var unused = Tensor.From<float>([3], [1]).ToLeaf();
        used.Sum().Backward([used]);
        Assert.Null(unused.Gradient());
    }

    [Fact]
    public void ToLeaf_SharesMemory_ButNotGradients()
    {
        using var scope = new TensorScope();
        var master = Tensor.From<float>([2], [1]);
        var first = master.ToLeaf();
        (first * first).Sum().Backward([first]);
        Assert.Null(master.ToLeaf().Gradient());
    }

    [Fact]
    public void Gradient_ThroughBFloat16_ReachesTheFloat32Leaf()
    {
        using var scope = new TensorScope();
        var w = Tensor.From<float>([1.5f], [1]).ToLeaf();
        var half = w.To(DType.BFloat16);
        (half * half).To(DType.Float32).Sum().Backward([w]);
        Assert.Equal(DType.Float32, w.Gradient()!.DType);
        Assert.Equal([3f], w.Gradient()!.ToArray<float>());
    }

    [Fact]
    public void Gradient_ThroughAttention_AgreesWithFiniteDifferences()
    {
        using var scope = new TensorScope();
        double[] values = [0.3, -0.2, 0.9, 0.1, 0.5, -0.7, 0.2, 0.4];
        Tensor Loss(Tensor q) => Tensor.Attention(q, q, q, null, 0.5).Reshape(-1).Slice(0, 1, 5).Sum();

        var leaf = Tensor.From<double>(values, [1, 1, 4, 2]).ToLeaf();
        Loss(leaf).Backward([leaf]);
        var gradient = leaf.Gradient()!.ToArray<double>();
        for (var i = 0; i < values.Length; i++)
        {
            double At(double d)
            {
                var moved = values.ToArray();
                moved[i] += d;
                return Loss(Tensor.From<double>(moved, [1, 1, 4, 2])).ToArray<double>()[0];
            }

            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradient[i], 1e-7);
        }
    }

    /// <summary>Where gradients are recorded, bfloat16 on the CPU takes another way than float32 and than inference: the same within bfloat16's three digits.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attention_InBFloat16WithGradients_AgreesWithFloat32(bool masked)
    {
        using var scope = new TensorScope();
        var (query, key, value) = (Random(1, 2, 2, 6, 8), Random(2, 2, 2, 5, 8), Random(3, 2, 2, 5, 8));
        var mask = masked ? Tensor.From<bool>([true, true, false, true, false, true, true, true, true, false], [2, 1, 1, 5]) : null;

        // Its value, and the gradients of all three.
        float[][] In(DType dtype)
        {
            Tensor[] leaves = [query.ToLeaf(), key.ToLeaf(), value.ToLeaf()];
            var attended = Tensor.Attention(leaves[0].To(dtype), leaves[1].To(dtype), leaves[2].To(dtype), mask, 0.35).To(DType.Float32);
            (attended * attended).Sum().Backward(leaves);
            return [attended.Detach().ToArray<float>(), .. leaves.Select(leaf => leaf.Gradient()!.ToArray<float>())];
        }

        var (exact, rounded) = (In(DType.Float32), In(DType.BFloat16));
        for (var i = 0; i < exact.Length; i++)
        {
            var size = exact[i].Max(Math.Abs);
            for (var j = 0; j < exact[i].Length; j++) Assert.Equal(exact[i][j], rounded[i][j], 0.02 * size);
        }

        using var grad = GradMode.Off();
        var served = Tensor.Attention(query.To(DType.BFloat16), key.To(DType.BFloat16), value.To(DType.BFloat16), mask, 0.35).To(DType.Float32).ToArray<float>();
        for (var j = 0; j < served.Length; j++) Assert.Equal(served[j], rounded[0][j], 0.02);
    }

    [Fact]
    public void AdamW_OneStep_IsTheFormula()
    {
        using var scope = new TensorScope();
        var (p, g) = (Tensor.From<float>([1, -2], [2]), Tensor.From<float>([0.5f, 4], [2]));
        var (m, v) = (Tensor.Full(0, [2], DType.Float32), Tensor.Full(0, [2], DType.Float32));
        ForEach.AdamW([p], [g], [m], [v], 1, new AdamWSettings(0.1, 0.9, 0.99, 0.01), null);

        // After the first step the corrected moments are g and g²: p ← p·(1 − lr·decay) − lr·g/(|g| + ε).
        var after = p.ToArray<float>();
        Assert.Equal(1 * (1 - 0.001) - 0.1, after[0], 1e-6);
        Assert.Equal(-2 * (1 - 0.001) - 0.1, after[1], 1e-6);
    }

    [Fact]
    public void AdamW_WithGradientScale_DividesTheGradients()
    {
        using var scope = new TensorScope();
        float[] Run(float gradient, Tensor? scale)
        {
            var (p, m, v) = (Tensor.From<float>([1], [1]), Tensor.Full(0, [1], DType.Float32), Tensor.Full(0, [1], DType.Float32));
            ForEach.AdamW([p], [Tensor.From<float>([gradient], [1])], [m], [v], 1, new AdamWSettings(0.1, 0.9, 0.99, 0, 1), scale);
            return [p.ToArray<float>()[0], m.ToArray<float>()[0]];
        }

        Assert.Equal(Run(2, null), Run(8, Tensor.Full(4, [], DType.Float32)));
    }

    [Fact]
    public void Lerp_MovesPartOfTheWay()
    {
        using var scope = new TensorScope();
        var target = Tensor.From<float>([0, 10], [2]);
        ForEach.Lerp([target], [Tensor.From<float>([8, 10], [2])], 0.25);
        Assert.Equal([2f, 10f], target.ToArray<float>());
    }

    [Fact]
    public void Losses_OfSmallTensors_AreThoseByHand()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<double>([0, 1, 3, 5], [2, 2]);
        Assert.Equal([1, 8], x.Sum([1]).ToArray<double>());
        Assert.Equal([2.25], x.Mean().ToArray<double>());
        Assert.Equal([1 - Math.Log(1 + Math.E), 5 - Math.Log(Math.Exp(3) + Math.Exp(5))],
            x.LogSoftmax(1).Gather(1, Tensor.From<long>([1, 1], [2, 1])).ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0, 0.5, 2.5, 4.5], x.SmoothL1(Tensor.Full(0, [2, 2], DType.Float64), 1).ToArray<double>());
        Assert.Equal([35], x.Dot(x).ToArray<double>());
    }

    private static Tensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        var values = new float[shape.Aggregate(1L, (count, size) => count * size)];
        for (var i = 0; i < values.Length; i++) values[i] = 2 * random.NextSingle() - 1;
        return Tensor.From<float>(values, shape);
    }
}
