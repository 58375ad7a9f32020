using DepthVla.Robot.Torch.Native;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Torch.Tests.Tensors;

public sealed class TensorTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void From_ThenToArray_RoundTrips()
    {
        var tensor = Tensor.From<double>([1, 2, 3, 4, 5, 6], [2, 3]);
        Assert.Equal([2, 3], tensor.Shape.ToArray());
        Assert.Equal(DType.Float64, tensor.DType);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToArray<double>());
        Assert.Equal("float64[2, 3] cpu", tensor.ToString());
    }

    [Fact]
    public void Arithmetic_WithBroadcasting_MatchesHandComputation()
    {
        var a = Vector(1, 2, 3);
        var b = Tensor.Full(10, [1], DType.Float32);
        Assert.Equal([11, 12, 13], (a + b).ToArray<float>());
        Assert.Equal([-9, -8, -7], (a - b).ToArray<float>());
        Assert.Equal([10, 20, 30], (a * b).ToArray<float>());
        Assert.Equal([0.5f, 1, 1.5f], (a * 0.5).ToArray<float>());
        Assert.Equal([1.5f, 2, 2.5f], a.Clamp(1.5, 2.5).ToArray<float>());
        Assert.Equal(MathF.Exp(2), a.Exp().ToArray<float>()[1], 1e-5f);
    }

    [Fact]
    public void ShapeOperators_KeepTheElementsInOrder()
    {
        var a = Tensor.From<long>([0, 1, 2, 3, 4, 5], [2, 3]);
        Assert.Equal([0, 3, 1, 4, 2, 5], a.Transpose(0, 1).ToArray<long>());
        Assert.Equal([0, 3, 1, 4, 2, 5], a.Permute(1, 0).ToArray<long>());
        Assert.Equal([3, 2], a.Reshape(3, -1).Shape.ToArray());
        Assert.Equal([1, 2, 4, 5], a.Slice(1, 1, 3).ToArray<long>());
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], Tensor.Cat([a, a], 0).ToArray<long>());
        Assert.Equal([1, 1, 2, 2], Tensor.From<long>([1, 2], [2, 1]).Expand(2, 2).ToArray<long>());
    }

    [Fact]
    public void NeuralOperators_MatchHandComputation()
    {
        var x = Tensor.From<float>([1, -1, 2, 0.5f], [2, 2]);
        var w = Tensor.From<float>([1, 2, 3, 4, 5, 6], [3, 2]);
        Assert.Equal([-1, -1, -1, 3, 8, 13], x.Affine(w).ToArray<float>());
        Assert.Equal([0, 0, 0, 4, 9, 14], x.Affine(w, Tensor.Full(1, [3], DType.Float32)).ToArray<float>());

        Close([1, -1], x.Slice(0, 0, 1).LayerNormalize(Tensor.Full(1, [2], DType.Float32), Tensor.Full(0, [2], DType.Float32), 0));
        var rms = Math.Sqrt((2.0 * 2 + 0.5 * 0.5) / 2);
        Close([2 / rms * 3, 0.5 / rms * 3], x.Slice(0, 1, 2).RmsNormalize(Tensor.Full(3, [2], DType.Float32), 0));

        Close([Silu(1), Silu(-1), Silu(2), Silu(0.5)], x.Silu());
        Close([GeluTanh(1), GeluTanh(-1), GeluTanh(2), GeluTanh(0.5)], x.GeluTanh());
        Close([0.841345, -0.158655, 1.954500, 0.345731], x.GeluErf());
        Assert.Equal([5, 6, 1, 2], w.Embedding(Tensor.From<long>([2, 0], [2])).ToArray<float>());

        static double Silu(double v) => v / (1 + Math.Exp(-v));
        static double GeluTanh(double v) => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void ProductsWithMoreAtTheirEnd_MatchHandComputation(DType type)
    {
        var x = Tensor.From<float>([1, -1, 2, 0.5f], [1, 2, 2]).To(type);
        var w = Tensor.From<float>([1, 2, 3, 4, 5, 6], [3, 2]).To(type);
        var gelu = x.AffineGelu(w, Tensor.From<float>([0, 2, 1], [3]).To(type));
        Assert.Equal([1, 2, 3], gelu.Shape.ToArray());
        Close([-0.158655, 0.841345, 0, 2.995950, 10, 14], gelu, type == DType.Float32 ? 1e-5 : 1.0 / 64);

        var sum = Tensor.From<float>([10, 20, 30, 40, 50, 60], [1, 2, 3]).To(type);
        sum.AddProduct(x, w);
        Assert.Equal([9, 19, 29, 43, 58, 73], sum.To(DType.Float32).ToArray<float>());
        Assert.Contains("not contiguous", Assert.Throws<TorchException>(() => Tensor.Full(0, [2, 2, 3], type).Transpose(0, 1).AddProduct(x, w)).Message, StringComparison.Ordinal);
        Assert.Contains("other sizes", Assert.Throws<TorchException>(() => sum.AddProduct(x, w.Slice(0, 0, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("addmm", Assert.Throws<TorchException>(() => sum.AddProduct(x, Tensor.Full(1, [3, 3], type))).Message, StringComparison.Ordinal);
        Assert.Contains("addmm", Assert.Throws<TorchException>(() => x.AffineGelu(w, Tensor.Full(0, [2], type))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PatchConvolution_OneFilter_SumsEachPatch()
    {
        var image = Tensor.From<float>([.. Enumerable.Range(0, 16).Select(i => (float)i)], [1, 1, 4, 4]);
        var sums = image.PatchConvolution(Tensor.Full(1, [1, 1, 2, 2], DType.Float32), Tensor.Full(0.5, [1], DType.Float32));
        Assert.Equal([10.5f, 18.5f, 42.5f, 50.5f], sums.ToArray<float>());
    }

    [Fact]
    public void Attention_WithMask_IgnoresWhatIsHidden()
    {
        var q = Tensor.From<float>([1, 0, 0, 1], [1, 1, 2, 2]);
        var k = Tensor.From<float>([1, 0, 0, 1, 9, 9], [1, 1, 3, 2]);
        var v = Tensor.From<float>([1, 0, 0, 1, 50, 50], [1, 1, 3, 2]);
        var mask = Tensor.From<bool>([true, true, false], [1, 1, 1, 3]);
        var p = Math.E / (Math.E + 1);
        Close([p, 1 - p, 1 - p, p], Tensor.Attention(q, k, v, mask, 1));
    }

    [Theory]
    [InlineData(DType.BFloat16, 0.01)]
    [InlineData(DType.Float16, 0.001)]
    public void To_NarrowAndBack_RoundsOnly(DType narrow, double tolerance)
    {
        var a = Vector(1.2345f, -3.3f, 0);
        var back = a.To(narrow).To(DType.Float32).ToArray<float>();
        foreach (var (x, y) in a.ToArray<float>().Zip(back)) Assert.Equal(x, y, tolerance * Math.Abs(x));
        Assert.Same(a, a.To(DType.Float32));
    }

    [Fact]
    public void Call_WrongShapes_NamesOperatorAndShapes()
    {
        var e = Assert.Throws<TorchException>(() => Vector(1, 2, 3).Affine(Tensor.Full(1, [2, 2], DType.BFloat16)));
        Assert.Contains("aten::linear(float32[3] cpu, bfloat16[2, 2] cpu, none)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_WithoutCudaLibrary_SaysWhatToDo()
    {
        if (File.Exists(Path.Combine(LibTorchLocation.Directory, "libtorch_cuda.so"))) Assert.Skip("this libtorch has CUDA");
        var e = Assert.Throws<TorchException>(() => TorchDevice.Parse("cuda:0"));
        Assert.Contains("DEPTHVLA_LIBTORCH", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    public void ParseDevice_Nonsense_SaysWhatWasExpected(string text) =>
        Assert.Contains("cpu, cuda or cuda:N", Assert.Throws<FormatException>(() => TorchDevice.Parse(text)).Message, StringComparison.Ordinal);

    private static Tensor Vector(params float[] values) => Tensor.From<float>(values, [values.Length]);

    private static void Close(double[] expected, Tensor actual, double tolerance = 1e-5) =>
        Assert.All(expected.Zip(actual.To(DType.Float32).ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
