using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Layers;

public sealed class RotaryTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Rotate_Pairs_TurnHalfAHeadApart()
    {
        using var rotary = new Rotary(8, headDim: 4, theta: 100, DType.Float64, TorchDevice.Cpu);
        var turned = rotary.At([[3]]).Rotate(Tensor.From<double>([1, 2, 3, 4], [1, 1, 1, 4])).ToArray<double>();
        for (var i = 0; i < 2; i++)
        {
            var (sin, cos) = Math.SinCos(3 * Math.Pow(100, -i / 2.0));
            Assert.Equal((1 + i) * cos - (3 + i) * sin, turned[i], 1e-12);
            Assert.Equal((3 + i) * cos + (1 + i) * sin, turned[i + 2], 1e-12);
        }
    }

    [Fact]
    public void At_PaddingBeforeTheFirstToken_IsNotTurned()
    {
        using var rotary = new Rotary(4, headDim: 2, theta: 100, DType.Float64, TorchDevice.Cpu);
        Assert.Equal([5, 6, 5, 6], rotary.At([[-1, 0]]).Rotate(Tensor.From<double>([5, 6, 5, 6], [1, 1, 2, 2])).ToArray<double>());
    }

    /// <summary>Queries and keys of bfloat16 turn in float32 and are rounded once.</summary>
    [Fact]
    public void Rotate_BFloat16_IsFloat32RoundedOnce()
    {
        using var rotary = new Rotary(64, headDim: 8, theta: 10_000, DType.Float32, TorchDevice.Cpu);
        var angles = rotary.At([[.. Enumerable.Range(0, 64).Select(p => (long)p)]]);
        var x = Tensor.From<double>([.. Enumerable.Range(0, 512).Select(i => Math.Sin(i))], [1, 1, 64, 8]).To(DType.BFloat16);
        var turned = angles.Rotate(x);
        Assert.Equal(DType.BFloat16, turned.DType);
        Assert.Equal(angles.Rotate(x.To(DType.Float32)).To(DType.BFloat16).To(DType.Float32).ToArray<float>(), turned.To(DType.Float32).ToArray<float>());
    }
}
