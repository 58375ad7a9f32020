using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

public sealed class DepthVlaNetworkTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void ComputePrefix_OtherDepthPictures_LeaveTheVlmBitEqual()
    {
        using var network = TinyNetwork.Build();
        var (a, b) = (Prefix(network, TinyNetwork.Input(1, depthSeed: 5)), Prefix(network, TinyNetwork.Input(1, depthSeed: 6)));
        Assert.Equal(Bits(a.Vlm), Bits(b.Vlm));
        Assert.NotEqual(Bits(a.Depth!), Bits(b.Depth!));
    }

    [Fact]
    public void ComputePrefix_OtherVlmInputs_LeaveTheDepthExpertBitEqual()
    {
        using var network = TinyNetwork.Build();
        var (a, b) = (Prefix(network, TinyNetwork.Input(1, depthSeed: 5)), Prefix(network, TinyNetwork.Input(2, depthSeed: 5)));
        Assert.Equal(Bits(a.Depth!), Bits(b.Depth!));
        Assert.NotEqual(Bits(a.Vlm), Bits(b.Vlm));
    }

    /// <summary>The same on the masked joint pass: what training sees must not leak either.</summary>
    [Fact]
    public void JointPass_OtherVlmInputs_LeaveTheDepthOutputBitEqual()
    {
        using var network = TinyNetwork.Build();
        var (a, b) = (JointPass(network, TinyNetwork.Input(1, depthSeed: 5)), JointPass(network, TinyNetwork.Input(2, depthSeed: 5)));
        Assert.Equal(a.DepthOutput!.ToArray<float>(), b.DepthOutput!.ToArray<float>());
        Assert.NotEqual(a.Velocity.ToArray<float>(), b.Velocity.ToArray<float>());
    }

    [Fact]
    public void ComputePrefix_WithoutBlockMask_LetsTheVlmSeeDepth()
    {
        using var network = TinyNetwork.Build(TinyNetwork.Config with { Attention = new AttentionConfig { BlockMask = false } });
        var (a, b) = (Prefix(network, TinyNetwork.Input(1, depthSeed: 5)), Prefix(network, TinyNetwork.Input(1, depthSeed: 6)));
        Assert.NotEqual(Bits(a.Vlm), Bits(b.Vlm));
    }

    [Fact]
    public void Velocity_DepthHidden_DoesNotDependOnDepth()
    {
        var hidden = new AttentionConfig { ActionSeesDepth = false, StateSeesDepth = false };
        using var network = TinyNetwork.Build(TinyNetwork.Config with { Attention = hidden });
        Assert.Equal(Velocity(network, TinyNetwork.Input(1, depthSeed: 5)), Velocity(network, TinyNetwork.Input(1, depthSeed: 6)));
    }

    [Fact]
    public void Velocity_DepthSeen_DependsOnDepth()
    {
        using var network = TinyNetwork.Build();
        Assert.NotEqual(Velocity(network, TinyNetwork.Input(1, depthSeed: 5)), Velocity(network, TinyNetwork.Input(1, depthSeed: 6)));
    }

    /// <summary>A chunk by cached prefixes, row by row, in one batch, and by joint passes: to rounding the same numbers.</summary>
    [Fact]
    public void Sample_CachedJointAndBatched_Agree()
    {
        using var network = TinyNetwork.Build();
        var config = TinyNetwork.Config;
        var (input, noise) = (TinyNetwork.Input(3, batch: 2), TinyNetwork.Random(9, 2, config.ActionHorizon, config.ActionDim));
        var prefix = Prefix(network, input);
        var cached = FlowSampler.Sample(noise, config.NumSteps, (x, t) => network.Velocity(prefix, x, [t, t]));
        var joint = FlowSampler.Sample(noise, config.NumSteps, (x, t) => network.JointPass(input, x, [t, t]).Velocity);
        Close(cached, joint);

        for (var row = 0; row < 2; row++)
        {
            Tensor Row(Tensor t) => t.Slice(0, row, row + 1);
            var alone = Prefix(network, new NetworkInput(Row(input.Images), Row(input.DepthImages!), Row(input.Tokens), Row(input.State)));
            Close(Row(cached), FlowSampler.Sample(Row(noise), config.NumSteps, (x, t) => network.Velocity(alone, x, [t])));
        }
    }

    /// <summary>A camera that is masked, and text that is padding, count as little as what was never sent.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Velocity_MaskedCameraAndPadding_EqualsLeavingThemOut(bool firstCamera)
    {
        using var network = TinyNetwork.Build();
        var input = TinyNetwork.Input(4);
        var absent = firstCamera ? 0 : 1;
        bool[] cameras = [!firstCamera, firstCamera];
        bool[] text = [.. Enumerable.Range(0, 20).Select(i => i < 13)];
        Tensor Kept(Tensor images) => images.Slice(1, 1 - absent, 2 - absent);
        var compact = new NetworkInput(Kept(input.Images), Kept(input.DepthImages!), input.Tokens.Slice(1, 0, 13), input.State);

        Close(Floats(Velocity(network, input with { CameraMask = [cameras], TokenMask = [text] })), Floats(Velocity(network, compact)));
    }

    [Fact]
    public void Velocity_PerCamera_ADepthTokenSeesItsOwnCameraAlone()
    {
        using var network = TinyNetwork.Build(TinyNetwork.Config with { Attention = new AttentionConfig { CrossCamera = false } });
        var tokens = TinyNetwork.Config.DepthTokens;
        var input = TinyNetwork.Input(1, depthSeed: 5);
        var other = Tensor.Cat([input.DepthImages!.Slice(1, 0, 1), TinyNetwork.Input(1, depthSeed: 6).DepthImages!.Slice(1, 1, 2)], 1);
        var (a, b) = (Prefix(network, input), Prefix(network, input with { DepthImages = other }));
        Assert.Equal(a.DepthOutput!.Slice(1, 0, tokens).ToArray<float>(), b.DepthOutput!.Slice(1, 0, tokens).ToArray<float>());
        Assert.NotEqual(a.DepthOutput!.Slice(1, tokens, 2 * tokens).ToArray<float>(), b.DepthOutput!.Slice(1, tokens, 2 * tokens).ToArray<float>());
    }

    /// <summary>A time that the flow always comes by is told by what was kept of it; here after another time, and twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Velocity_OneTimeForAll_EqualsTimesOfTheirOwn(bool adaptiveNorm)
    {
        var config = TinyNetwork.Config with { ActionExpert = TinyNetwork.Config.ActionExpert! with { AdaptiveNorm = adaptiveNorm } };
        using var network = TinyNetwork.Build(config, weightScale: 4);
        var prefix = Prefix(network, TinyNetwork.Input(3, batch: 2));
        foreach (var time in (double[])[0.7, 0.2, 0.7]) Close(network.Velocity(prefix, Noise(2), [time, time]), network.Velocity(prefix, Noise(2), time));
    }

    /// <summary>Large weights stay in the mapped file, each a product of its own.</summary>
    [Fact]
    public void Velocity_WeightsNotJoined_IsTheSame()
    {
        using var joined = TinyNetwork.Build(weightScale: 8);
        using var apart = new DepthVlaNetwork(TinyNetwork.Config, TinyNetwork.Weights(TinyNetwork.Config, weightScale: 8, mostCopied: 0));
        Close(Floats(Velocity(joined, TinyNetwork.Input(3))), Floats(Velocity(apart, TinyNetwork.Input(3))));
    }

    /// <summary>bfloat16 keeps 8 bits: a chunk of 10 steps stays within a few hundredths of the float32 one.</summary>
    [Fact]
    public void Velocity_BFloat16_StaysNearFloat32()
    {
        using var exact = TinyNetwork.Build();
        using var rounded = TinyNetwork.Build(precision: ComputePrecision.BFloat16);
        var (a, b) = (Velocity(exact, TinyNetwork.Input(1)), Velocity(rounded, TinyNetwork.Input(1)));
        var (norm, error) = (a.Sum(v => v * v), a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
        Assert.InRange(Math.Sqrt(error / norm), 0, 0.02);
    }

    private static Prefix Prefix(DepthVlaNetwork network, NetworkInput input) => network.ComputePrefix(input, new StageClock(TorchDevice.Cpu));

    private static Tensor Noise(long batch) => TinyNetwork.Random(8, batch, TinyNetwork.Config.ActionHorizon, TinyNetwork.Config.ActionDim);

    private static float[] Velocity(DepthVlaNetwork network, NetworkInput input) => network.Velocity(Prefix(network, input), Noise(1), [0.7]).ToArray<float>();

    private static (Tensor Velocity, Tensor? DepthOutput) JointPass(DepthVlaNetwork network, NetworkInput input) => network.JointPass(input, Noise(1), [0.7]);

    private static float[] Bits(KeyValueCache cache) => [.. cache.Keys.Concat(cache.Values).SelectMany(t => t.ToArray<float>())];

    private static Tensor Floats(float[] values) => Tensor.From<float>(values, [values.Length]);

    private static void Close(Tensor expected, Tensor actual) =>
        Assert.All(expected.ToArray<float>().Zip(actual.ToArray<float>()), p => Assert.Equal(p.First, p.Second, 2e-5));
}
