using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

public sealed class DepthNetworkTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LogDepth_IsWhatTheWholeNetworkPredicts(bool crossCamera)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var config = TinyNetwork.Config with { Attention = TinyNetwork.Config.Attention with { CrossCamera = crossCamera } };
        using var whole = TinyNetwork.Build(config, weightScale: 3);
        using var alone = new DepthNetwork(config, TinyNetwork.Weights(config, weightScale: 3));
        var input = TinyNetwork.Input(4, batch: 2);
        var prefix = whole.ComputePrefix(input, new StageClock(TorchDevice.Cpu));
        var expected = whole.Depth!.Clamp(whole.Depth.LogDepth(prefix.DepthOutput!));
        var actual = alone.LogDepth(input.DepthImages!);

        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
        foreach (var (a, b) in expected.ToArray<float>().Zip(actual.ToArray<float>())) Assert.Equal(a, b, 1e-5);
    }

    [Fact]
    public void LogDepth_OfOneCamera_NeedsNoOther()
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var config = TinyNetwork.Config with { Attention = TinyNetwork.Config.Attention with { CrossCamera = false } };
        using var alone = new DepthNetwork(config, TinyNetwork.Weights(config, weightScale: 3));
        var pictures = TinyNetwork.Input(4).DepthImages!;
        var (both, first) = (alone.LogDepth(pictures).ToArray<float>(), alone.LogDepth(pictures.Slice(1, 0, 1)).ToArray<float>());
        Assert.Equal(both.Length, 2 * first.Length);
        foreach (var (a, b) in both.Zip(first)) Assert.Equal(a, b, 1e-5);
    }
}
