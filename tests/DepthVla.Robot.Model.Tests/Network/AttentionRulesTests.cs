using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>
/// The cached path skips what a rule hides; the joint pass masks it. Written apart, they must agree under every rule, also where key
/// and value heads are two and streams start at positions of their own, which no reference model does.
/// </summary>
public sealed class AttentionRulesTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public static TheoryData<bool, bool, bool, bool> Rules => new(
        from rule in Enumerable.Range(0, 16) select ((rule & 1) > 0, (rule & 2) > 0, (rule & 4) > 0, (rule & 8) > 0));

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Velocity_AnyRules_EqualsTheJointPass(bool blockMask, bool crossCamera, bool stateSeesDepth, bool actionSeesDepth)
    {
        var tiny = TinyNetwork.Config;
        TransformerConfig TwoHeads(TransformerConfig transformer) => transformer with { NumKvHeads = 2, Depth = 3 };
        var config = tiny with
        {
            Vlm = TwoHeads(tiny.Vlm), DepthDecoder = TwoHeads(tiny.DepthDecoder!), ActionExpert = TwoHeads(tiny.ActionExpert!),
            Attention = new AttentionConfig { BlockMask = blockMask, CrossCamera = crossCamera, StateSeesDepth = stateSeesDepth, ActionSeesDepth = actionSeesDepth },
            Positions = new PositionsConfig { VlmStart = 2, DepthStart = 5 },
            ImageSize = 28, Vision = tiny.Vision with { ImageSize = 28 }, DepthImageSize = 42, DepthEncoder = tiny.DepthEncoder! with { ImgSize = 42 },
        };
        using var network = TinyNetwork.Build(config, weightScale: 8);
        var noisy = TinyNetwork.Random(8, 2, config.ActionHorizon, config.ActionDim);
        bool[] words = [.. Enumerable.Range(0, 20).Select(i => i < 13)];

        var whole = TinyNetwork.Input(3, batch: 2, sizes: config);
        foreach (var input in (NetworkInput[])[whole, whole with { CameraMask = [[true, false], [true, true]], TokenMask = [words, [.. words.Select(_ => true)]] }])
        {
            var cached = network.Velocity(network.ComputePrefix(input, new StageClock(TorchDevice.Cpu)), noisy, [0.7, 0.2]).ToArray<float>();
            var joint = network.JointPass(input, noisy, [0.7, 0.2]).Velocity.ToArray<float>();
            var size = Math.Sqrt(cached.Average(v => v * v));
            Assert.All(cached.Zip(joint), p => Assert.Equal(p.First, p.Second, 1e-4 * size));
        }
    }
}
