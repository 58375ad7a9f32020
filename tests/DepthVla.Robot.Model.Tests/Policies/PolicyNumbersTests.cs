using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Model.Randomness;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What <see cref="DepthVlaPolicy"/> puts around the network, against the same steps written out from the config's definitions.</summary>
public sealed class PolicyNumbersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint").FullName;
    private readonly TensorScope _scope = new();
    private readonly GradMode _grad = GradMode.Off();

    public void Dispose()
    {
        _grad.Dispose();
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public Task InferAsync_OfThePreset_IsTheStepsWrittenOut() => Check(Presets.Load("depthvla-tiny-joints"), Presets.NominalStats());

    /// <summary>Every choice of the policy's config the other way round.</summary>
    [Fact]
    public Task InferAsync_OtherChoices_IsTheStepsWrittenOut()
    {
        var tiny = Presets.Load("depthvla-tiny-joints");
        double[] low = [-1, -0.9, -0.8, -0.7, -0.6, -0.5, 0], high = [1, 1.1, 1.2, 1.3, 2.4, 1.5, 0.05];
        var stats = new DimensionStats { Mean = [.. low], Std = [.. high.Select(Math.Abs)], Q01 = [.. low], Q99 = [.. high] };
        var config = tiny with
        {
            Network = tiny.Network with { MaxTokenLen = 120, DepthImageSize = 70, NumSteps = 4 },
            Policy = tiny.Policy with
            {
                Normalization = NormalizationMethod.Quantile, Resize = ResizeMethod.Stretch, Prompt = PromptFormat.Pi05, StepRateHz = 50,
                DeltaMask = [true, false, true, false, true, false, true],
            },
        };
        return Check(config, new NormStats { Stats = new StateAndActionStats { State = stats, Actions = stats with { Q99 = [.. high.Select(h => 2 * h)] } } });
    }

    /// <summary>Tool poses with statistics of their own for each step: nothing is added, and step 0 is a period after capture.</summary>
    [Fact]
    public Task InferAsync_ToolPosesPerStep_IsTheStepsWrittenOut()
    {
        var tiny = Presets.Load("depthvla-tiny-joints");
        double[] mean = [.. Enumerable.Range(0, 16 * 7).Select(i => 0.001 * i)], std = [.. Enumerable.Range(0, 16 * 7).Select(i => 0.01 + 0.0005 * i)];
        var config = tiny with
        {
            Policy = tiny.Policy with { Actions = ActionRepresentation.ToolPoseDelta, ExecuteSteps = 8, Normalization = NormalizationMethod.ZScorePerStep },
        };
        var actions = new DimensionStats { Mean = [.. mean], Std = [.. std] };
        return Check(config, new NormStats { Stats = new StateAndActionStats { State = Presets.NominalStats().Stats.State, Actions = actions } });
    }

    private async Task Check(CheckpointConfig config, NormStats stats)
    {
        CheckpointWriter.Init(_folder, config, stats, tokenizer: null, DType.Float32);
        var pictures = new[] { TinyObservation.Picture(1, 160, 120), TinyObservation.Picture(2, 90, 130) };
        var observation = TinyObservation.Create(1, TinyObservation.Frame("primary", pictures[0]), TinyObservation.Frame("wrist", pictures[1])) with { NoiseSeed = 5, WantDepth = true };
        ActionChunk chunk;
        using (var policy = DepthVlaPolicy.Load(_folder, TorchDevice.Cpu))
        {
            chunk = await policy.InferAsync(observation, TestContext.Current.CancellationToken);
            Assert.Equal((config.Policy.Actions, 7, config.Policy.ExecuteSteps), (policy.Info.Actions, policy.Info.Dims, policy.Info.ExecuteSteps));
        }


        using var checkpoint = Checkpoint.Open(_folder);
        using var network = new DepthVlaNetwork(config.Network, new WeightStore(new CheckpointWeights(checkpoint.Weights), TorchDevice.Cpu, ComputePrecision.Float32));
        var prefix = network.ComputePrefix(Input(config, stats, pictures, observation), new StageClock(TorchDevice.Cpu));
        var (horizon, width, steps) = (config.Network.ActionHorizon, config.Network.ActionDim, config.Network.NumSteps);
        var x = Tensor.From<float>(GaussianNoise.Draw(5, horizon * width), [1, horizon, width]);
        for (var step = 0; step < steps; step++) x = x - network.Velocity(prefix, x, [(steps - step) / (double)steps]) * (1.0 / steps);

        var isToolPose = config.Policy.Actions == ActionRepresentation.ToolPoseDelta;
        var normalised = x.ToArray<float>();
        for (var i = 0; i < chunk.Actions.Length; i++)
        {
            var (step, joint) = (i / chunk.Dims, i % chunk.Dims);
            var statistic = config.Policy.Normalization == NormalizationMethod.ZScorePerStep ? i : joint;
            var start = !isToolPose && config.Policy.DeltaMask[joint] ? TinyObservation.Joints[joint] : 0;
            var expected = Restore(config, stats.Stats.Actions, normalised[step * width + joint], statistic) + start;
            var unit = Math.Abs(Restore(config, stats.Stats.Actions, 1, statistic) - Restore(config, stats.Stats.Actions, 0, statistic));
            Assert.Equal(expected, chunk.Actions.Span[i], 3e-7 * Math.Max(unit, Math.Max(1, Math.Abs(expected))));   // two or three roundings of float32, before it is restored and after
        }

        Assert.Equal(1e9 / config.Policy.StepRateHz, chunk.StepPeriodNs, 0.5);
        Assert.Equal(observation.CaptureTimeNs + (isToolPose ? chunk.StepPeriodNs : 0), chunk.FirstStepTimeNs);
        var side = config.Network.DepthImageSize;
        var metres = network.Depth!.Metres(network.Depth.LogDepth(prefix.DepthOutput!)).ToArray<float>().Chunk(side * side).ToArray();
        Assert.Equal(metres.Length, chunk.Depth.Length);
        for (var camera = 0; camera < metres.Length; camera++) Assert.Equal(metres[camera], chunk.Depth[camera].Metres.ToArray());
    }

    private static NetworkInput Input(CheckpointConfig config, NormStats stats, RgbImage[] pictures, Observation observation)
    {
        var network = config.Network;
        double[] state = [.. TinyObservation.Joints.Select((v, j) => Normalise(config, stats.Stats.State, v, j))];
        var ids = new PromptEncoder(new ByteTokenizer(), config.Policy.Prompt, network.MaxTokenLen).Encode(observation.Instruction, state).Ids;
        double[] padded = [.. state, .. new double[network.StateDim - state.Length]];
        return new NetworkInput(
            Pixels(config, pictures, network.ImageSize, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
            Pixels(config, pictures, network.DepthImageSize, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            Tensor.From<long>([.. ids.Select(id => (long)id)], [1, ids.Length]),
            Tensor.From<double>(padded, [1, padded.Length]));
    }

    private static Tensor Pixels(CheckpointConfig config, RgbImage[] pictures, int side, double[] mean, double[] deviation)
    {
        var size = new ImageSize(side, side);
        ImageResize resize = config.Policy.Resize == ResizeMethod.Pad ? new ResizeWithPad(size) : new Stretch(size);
        var planes = new List<float>();
        foreach (var picture in pictures.Select(resize.Apply))
        {
            for (var channel = 0; channel < 3; channel++)
            {
                for (var i = channel; i < picture.Pixels.Length; i += 3) planes.Add((float)((picture.Pixels[i] / 255.0 - mean[channel]) / deviation[channel]));
            }
        }

        return Tensor.From<float>(planes.ToArray(), [1, pictures.Length, 3, side, side]);
    }

    private static double Normalise(CheckpointConfig config, DimensionStats stats, double value, int joint) => config.Policy.Normalization != NormalizationMethod.Quantile
        ? (value - stats.Mean[joint]) / (stats.Std[joint] + 1e-6)
        : (value - stats.Q01!.Value[joint]) / (stats.Q99!.Value[joint] - stats.Q01.Value[joint] + 1e-6) * 2 - 1;

    private static double Restore(CheckpointConfig config, DimensionStats stats, double value, int joint) => config.Policy.Normalization != NormalizationMethod.Quantile
        ? value * (stats.Std[joint] + 1e-6) + stats.Mean[joint]
        : (value + 1) / 2 * (stats.Q99!.Value[joint] - stats.Q01!.Value[joint] + 1e-6) + stats.Q01.Value[joint];
}
