using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Diffusion;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Tests.Training;

[Collection(nameof(AloneInTheProcess))]
public sealed class TrainerTests
{
    [Fact]
    public void Learn_OneBatchOverAndOver_ReachesALossNearZero()
    {
        using var scope = new TensorScope();
        var (trainer, builder) = Make(TrainingPrecision.Float32);
        using (trainer)
        {
            var batch = builder.Training(0);
            StepReport report = null!;
            for (var i = 0; i < 600; i++) report = trainer.Learn(_ => batch);
            Assert.InRange(report.Losses.Flow, 0, 0.02);
            Assert.InRange(report.Losses.Pointer, 0, 0.05);
            Assert.Equal(1, report.Losses.PointerAccuracy);
        }
    }

    /// <summary>A Diffusion Policy that has seen four observations over and over answers each of them with its own chunk.</summary>
    [Fact]
    public void Learn_DiffusionPolicy_SamplesWhatItLearned()
    {
        using var scope = new TensorScope();
        var config = ModelJson.Read<CheckpointConfig>(SmallTraining.ModelText, "model").Network with
        {
            ActionExpert = null, DepthEncoder = null, DepthDecoder = null, DepthHead = null, DepthImageSize = 0, NumSteps = 10,
            UNet = new UNetConfig { Channels = [32], Kernel = 3, Groups = 4, Keypoints = 4, StepWidth = 16, NoiseLevels = 50 },
        };
        var (trainer, builder) = Make(TrainingPrecision.Float32, c => c with { Draws = 16 }, config);
        using (trainer)
        {
            var batch = builder.Training(0);
            for (var i = 0; i < 600; i++)
            {
                using var step = new TensorScope();
                trainer.Learn(_ => builder.Training(i));
            }

            using var grad = GradMode.Off();
            using var leaves = new LeafWeights(trainer.Average, _ => true);
            using var network = new DiffusionNetwork(config, new WeightStore(leaves, TorchDevice.Cpu, ComputePrecision.Float32));
            var noise = batch.Noise.Reshape(4, 16, 3, 4).Slice(1, 0, 1).Reshape(4, 3, 4);
            var sampled = network.Sample(batch.Input, noise, wantDepth: false, new StageClock(TorchDevice.Cpu)).Actions.ToArray<float>();
            var wanted = batch.Actions.Reshape(4, 16, 3, 4).Slice(1, 0, 1).Contiguous().ToArray<float>();
            Assert.InRange(sampled.Zip(wanted).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 0.1);
        }
    }

    [Fact]
    public void Learn_InBFloat16_FollowsFloat32()
    {
        using var scope = new TensorScope();
        double Run(TrainingPrecision precision)
        {
            var (trainer, builder) = Make(precision);
            using (trainer)
            {
                var batch = builder.Training(0);
                StepReport report = null!;
                for (var i = 0; i < 40; i++) report = trainer.Learn(_ => batch);
                return report.Losses.Flow;
            }
        }

        // bfloat16 has three digits: the curve is the same, its last digits are not.
        Assert.Equal(Run(TrainingPrecision.Float32), Run(TrainingPrecision.Bfloat16), 0.15);
    }

    [Fact]
    public void Learn_ManySteps_KeepsNoTensor()
    {
        var (trainer, builder) = Make(TrainingPrecision.Float32);
        using (trainer)
        {
            void Step()
            {
                using var scope = new TensorScope();
                trainer.Learn(_ => builder.Training(trainer.Step));
            }

            Step();
            var alive = Tensor.Alive;
            for (var i = 0; i < 5; i++) Step();
            Assert.Equal(alive, Tensor.Alive);
        }
    }

    [Fact]
    public void Learn_WithCommittedSteps_AsksOnlyForTheOthers()
    {
        using var scope = new TensorScope();
        var (trainer, builder) = Make(TrainingPrecision.Float32, c => c with { MaxCommittedSteps = 2 });
        using (trainer)
        {
            var batch = builder.Training(0);
            var weights = batch.FlowWeights!.ToArray<float>();
            Assert.Equal(batch.Actions.Size(0) * 3, batch.Times.Length);
            for (var i = 0; i < batch.Times.Length; i++) Assert.Equal(batch.Times[i] == 0 ? 0 : 1, weights[i * 4]);
            Assert.Contains(0.0, batch.Times);
            Assert.True(double.IsFinite(trainer.Learn(_ => batch).Losses.Flow));
        }
    }

    private static (Trainer Trainer, BatchBuilder Builder) Make(
        TrainingPrecision precision, Func<TrainingConfig, TrainingConfig>? change = null, NetworkConfig? network = null)
    {
        var model = ModelJson.Read<CheckpointConfig>(SmallTraining.ModelText, "model");
        if (network is not null) model = model with { Network = network };
        var config = new TrainingConfig
        {
            Name = "small", Model = "", Data = [], Steps = 600, Batch = 4, Draws = 2, Precision = precision, Losses = new LossConfig { Pointer = 1, Dense = 0.1 },
            Optimizer = new OptimizerConfig { LearningRate = 3e-3, WarmUpSteps = 10, WeightDecay = 0 },
        };
        config = change?.Invoke(config) ?? config;
        var random = new Random(5);
        var frames = Enumerable.Range(0, 4).Select(i => Frame(random, i)).ToArray();
        DimensionStats Unit(int count) => new() { Mean = [.. new double[count]], Std = [.. Enumerable.Repeat(1.0, count)] };
        var stats = new NormStats { Stats = new StateAndActionStats { State = Unit(3), Actions = Unit(9) } };
        var store = new FrameStore(["lift", "push"], [.. frames], [], 2, stats);
        var trainer = new Trainer(config, model.Network, ParameterSet.Begin(config, ".", model.Network, 2, TorchDevice.Cpu), TorchDevice.Cpu, new Alone());
        return (trainer, new BatchBuilder(config, model, store, new ByteTokenizer(), TorchDevice.Cpu, (0, 1)));
    }

    private static TrainingFrame Frame(Random random, int seed)
    {
        var picture = new byte[3 * 28 * 28];
        random.NextBytes(picture);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
        float[] points = [random.NextSingle(), random.NextSingle(), 0.5f, random.NextSingle(), random.NextSingle(), 0.5f];
        var depth = Enumerable.Repeat((ushort)800, 28 * 28).ToArray();
        return new TrainingFrame(seed, [picture], [picture], [depth], Numbers(3), [new ChunkLabel(seed % 2, Numbers(9), 0, 1)], 0, points);
    }
}
