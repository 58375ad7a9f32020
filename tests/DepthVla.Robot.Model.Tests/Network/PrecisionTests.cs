using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>
/// Which parts of the served network compute in float32, as openpi's do: they give what the float32 network gives, rounded once where
/// they hand it to the transformers.
/// </summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();
    private readonly DepthVlaNetwork _exact = TinyNetwork.Build();
    private readonly DepthVlaNetwork _served = TinyNetwork.Build(precision: ComputePrecision.BFloat16);
    private readonly NetworkInput _input = TinyNetwork.Input(1);

    public void Dispose()
    {
        _exact.Dispose();
        _served.Dispose();
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Embed_SigLip_IsFloat32RoundedOnce() => RoundedOnce(n => n.Vlm.Vision.Embed(_input.Images.Reshape(2, 3, 112, 112)));

    [Fact]
    public void Embed_DinoV2_IsFloat32RoundedOnce() => RoundedOnce(n => n.Depth!.Encoder.Embed(_input.DepthImages!.Reshape(2, 3, 112, 112)));

    [Fact]
    public void StateToken_IsFloat32RoundedOnce() => RoundedOnce(n => n.Heads.StateToken(_input.State));

    [Fact]
    public void ActionTokens_AreFloat32RoundedOnce() => RoundedOnce(n => n.Heads.ActionTokens(TinyNetwork.Random(3, 1, 16, 8), [0.3]).Tokens);

    [Fact]
    public void Time_IsFloat32() => Same(_exact.Heads.Time([0.3]), _served.Heads.Time([0.3]));

    [Fact]
    public void Velocity_OfTheSameTokens_IsFloat32()
    {
        var tokens = TinyNetwork.Random(4, 1, 16, 128).To(DType.BFloat16);
        Same(_exact.Heads.Velocity(tokens), _served.Heads.Velocity(tokens));
    }

    [Fact]
    public void LogDepth_OfTheSameTokens_IsFloat32()
    {
        var tokens = TinyNetwork.Random(5, 1, 128, 128).To(DType.BFloat16);
        Same(_exact.Depth!.LogDepth(tokens), _served.Depth!.LogDepth(tokens));
    }

    private void RoundedOnce(Func<DepthVlaNetwork, Tensor> part)
    {
        var served = part(_served);
        Assert.Equal(DType.BFloat16, served.DType);
        Same(part(_exact).To(DType.BFloat16).To(DType.Float32), served.To(DType.Float32));
    }

    private static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(DType.Float32, actual.DType);
        Assert.Equal(expected.ToArray<float>(), actual.ToArray<float>());
    }
}
