using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Tests.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Diffusion;

public sealed class DiffusionTests
{
    private static readonly NetworkConfig Config = TinyNetwork.Config with
    {
        ActionExpert = null, DepthEncoder = null, DepthDecoder = null, DepthHead = null, DepthImageSize = 0,
        UNet = new UNetConfig { Channels = [16, 32], Kernel = 5, Groups = 8, Keypoints = 6, StepWidth = 16, NoiseLevels = 100 },
    };

    [Fact]
    public void Schedule_IsTheSquaredCosine()
    {
        var schedule = new NoiseSchedule(100);
        for (var level = 0; level < 99; level++)     // the last step is cut off at a share of 0.999 noise
        {
            var angle = ((level + 1) / 100.0 + 0.008) / 1.008 * Math.PI / 2;
            Assert.Equal(Math.Pow(Math.Cos(angle) / Math.Cos(0.008 / 1.008 * Math.PI / 2), 2), schedule.Signal(level), 1e-12);
            Assert.Equal(level, schedule.Level(schedule.Time(level)));
        }

        Assert.Equal(1, schedule.Signal(-1));
        Assert.Equal((schedule.Time(0), schedule.Time(99)), (schedule.Draw(0), schedule.Draw(0.9999999)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Sampler_ToldTheTrueNoise_EndsAtTheActions(int steps)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var schedule = new NoiseSchedule(100);
        var actions = TinyNetwork.Random(1, 2, 4, 3);
        Tensor TrueNoise(Tensor x, double time)
        {
            var signal = schedule.Signal(schedule.Level(time));
            return (x - actions * Math.Sqrt(signal)) * (1 / Math.Sqrt(1 - signal));
        }

        var sampled = DdimSampler.Sample(TinyNetwork.Random(2, 2, 4, 3), steps, schedule, TrueNoise);
        Assert.All(sampled.ToArray<float>().Zip(actions.ToArray<float>()), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Epsilon_OfTwoRows_IsThatOfEachAlone()
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        using var network = new DiffusionNetwork(Config, TinyNetwork.Weights(Config, weightScale: 5));
        var input = TinyNetwork.Input(1, batch: 2, sizes: Config);
        var condition = network.Observe(input, new StageClock(TorchDevice.Cpu)).Condition;
        Assert.Equal([2, Config.ImageKeys.Length * 6 * 2 + Config.StateDim], condition.Shape.ToArray());

        var noisy = TinyNetwork.Random(5, 2, 16, Config.ActionDim);
        var both = network.Epsilon(condition, noisy, [0.2, 0.9]);
        Assert.Equal(noisy.Shape.ToArray(), both.Shape.ToArray());
        for (var row = 0; row < 2; row++)
        {
            var alone = network.Epsilon(condition.Slice(0, row, row + 1), noisy.Slice(0, row, row + 1), [row == 0 ? 0.2 : 0.9]);
            Assert.All(alone.ToArray<float>().Zip(both.Slice(0, row, row + 1).Contiguous().ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    /// <summary>It is told where things are, what was said and how the arm stands: a change of each changes what it sees in the same noise.</summary>
    [Fact]
    public void Epsilon_DependsOnPicturesWordsAndState()
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        using var network = new DiffusionNetwork(Config, TinyNetwork.Weights(Config, weightScale: 5));
        var input = TinyNetwork.Input(1, sizes: Config);
        var other = TinyNetwork.Input(7, sizes: Config);
        float[] Seen(NetworkInput of) => network.Epsilon(network.Observe(of, new StageClock(TorchDevice.Cpu)).Condition, TinyNetwork.Random(5, 1, 16, Config.ActionDim), [0.5]).ToArray<float>();
        var seen = Seen(input);
        Assert.Equal(seen, Seen(input));
        Assert.NotEqual(seen, Seen(input with { Images = other.Images }));
        Assert.NotEqual(seen, Seen(input with { Tokens = other.Tokens }));
        Assert.NotEqual(seen, Seen(input with { State = other.State }));
    }

    [Fact]
    public void Check_BadUNet_NamesEveryProblem()
    {
        Assert.Empty(NetworkConfigCheck.Problems(Config));
        var bad = Config with
        {
            ActionHorizon = 15, DepthDecoder = TinyNetwork.Config.DepthDecoder, ActionExpert = TinyNetwork.Config.ActionExpert,
            UNet = Config.UNet! with { Channels = [16, 30], Kernel = 4, StepWidth = 15, NoiseLevels = 5, Keypoints = 0 },
        };
        var problems = string.Join('\n', NetworkConfigCheck.Problems(bad));
        foreach (var key in (string[])["action_expert, u_net", "depth_decoder", "u_net.channels", "u_net.kernel", "u_net.keypoints", "u_net.step_width", "u_net.noise_levels", "action_horizon"])
            Assert.Contains($"{key}: expected ", problems, StringComparison.Ordinal);
        Assert.Contains("action_expert, u_net: expected one of the two, got neither", NetworkConfigCheck.Problems(Config with { UNet = null }));
    }
}
