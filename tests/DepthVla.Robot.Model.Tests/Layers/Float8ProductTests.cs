using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Tests.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Layers;

/// <summary>Products of 8-bit floats, by libtorch's own kernel, against the same in bfloat16.</summary>
public sealed class Float8ProductTests : IDisposable
{
    private const string Name = "vlm.layers.0.mlp.down_proj";
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Forward_InputsOfTheCalibratedRange_IsTheProductRoundedToThreeBits()
    {
        var x = TinyNetwork.Random(1, 2, 5, 512).To(DType.BFloat16);
        var ranges = new InputRanges();
        using var stored = Weights(watcher: ranges);
        var expected = IProduct.Load(stored, Name).Forward(x);
        Assert.Equal([Name], ranges.Largest.Keys);
        Assert.Equal(x.MaxAbs(), ranges.Largest[Name]);

        using var eight = Weights(eightBit: ranges);
        var product = IProduct.Load(eight, Name);
        Assert.IsType<Float8Product>(product);
        var actual = product.Forward(x);
        Assert.Equal((DType.BFloat16, "2, 5, 192"), (actual.DType, string.Join(", ", actual.Shape.ToArray())));
        Assert.InRange(Apart(expected, actual), 1e-6, 0.05);                                     // 2⁻⁴ at most a factor, two factors, of 512 that average out
    }

    [Fact]
    public void Forward_InputBeyondTheCalibratedRange_EndsAtItsEnd()
    {
        using var eight = Weights(eightBit: new(new Dictionary<string, double> { [Name] = 1 }));
        var product = IProduct.Load(eight, Name);
        var (atTheEnd, beyond) = (Tensor.Full(1, [1, 512], DType.BFloat16), Tensor.Full(1000, [1, 512], DType.BFloat16));
        Assert.Equal(Numbers(product.Forward(atTheEnd)), Numbers(product.Forward(beyond)));
    }

    [Fact]
    public void Load_ProductThatWasNeverSeen_StaysAsItIs()
    {
        using var eight = Weights(eightBit: new());
        Assert.IsType<Product>(IProduct.Load(eight, Name));
    }

    private static WeightStore Weights(InputRanges? watcher = null, InputRanges? eightBit = null) =>
        TinyNetwork.Weights(TinyNetwork.Config, ComputePrecision.BFloat16, watcher: watcher, eightBit: eightBit);

    private static float[] Numbers(Tensor x) => x.To(DType.Float32).ToArray<float>();

    private static double Apart(Tensor expected, Tensor actual)
    {
        var (e, a) = (Numbers(expected), Numbers(actual));
        return Math.Sqrt(e.Zip(a, (x, y) => Math.Pow(x - (double)y, 2)).Sum() / e.Sum(v => (double)v * v));
    }
}
