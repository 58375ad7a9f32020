using DepthVla.Robot.Benchmarks.Model;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Learning.Samples;
using DepthVla.Robot.Learning.Training;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Training samples a second against the floor: three times the forward products, at the rate of one large product of the same run.</summary>
internal static class TrainingBenchmark
{
    private const string Instruction = "put the spoon on the towel";
    private const int Objects = 9, Frames = 64;

    internal static void Run(string modelFile, TorchDevice device, int batch, int draws, int rounds, bool wide)
    {
        var model = Presets.Load(modelFile);
        var network = model.Network;
        var training = new TrainingConfig
        {
            Name = "benchmark", Model = modelFile, Data = [], Steps = 1000, Batch = batch, Draws = draws, Losses = new() { Pointer = 1, Dense = 1 },
            Precision = wide ? TrainingPrecision.Float32 : TrainingPrecision.Bfloat16,
        };
        var store = new FrameStore([Instruction], [.. Enumerable.Range(0, Frames).Select(i => Frame(network, i))], [], Objects, Presets.NominalStats());
        var builder = new BatchBuilder(training, model, store, new ByteTokenizer(), device, (0, 1));
        using var trainer = new Trainer(training, network, ParameterSet.Begin(training, ".", network, Objects, device), device, new Alone());

        var rate = PeakRates.MeasureProduct(wide ? DType.Float32 : DType.BFloat16, device);
        var data = Timing.Of(() => { using var scope = new TensorScope(); _ = builder.Training(0); }, 2, rounds);
        StepReport report = null!;
        var timing = Timing.Of(() =>
        {
            using var scope = new TensorScope();
            report = trainer.Learn(part => builder.Training(trainer.Step, part));
            device.Synchronize();
        }, warmUps: 3, rounds);

        var cameras = network.ImageKeys.Length;
        var tokens = Instruction.Length + 2;
        var once = StageFlops.Of(network, Stage.Vision, cameras, tokens) + StageFlops.Of(network, Stage.Prefill, cameras, tokens) + StageFlops.Of(network, Stage.Depth, cameras, tokens);
        var step = StageFlops.Of(network, Stage.Denoise, cameras, tokens) / network.NumSteps;
        var flops = 3 * batch * (once + draws * step);
        var seconds = timing.MedianMs / 1000;
        Console.WriteLine($"{model.Name}, batch {batch}, {draws} draws, {(wide ? "float32" : "bfloat16")} on {device}; product rate {Text.Number(rate / 1e9, 0)} GFLOP/s");
        Console.WriteLine($"step: median {Text.Number(timing.MedianMs, 1)} ms, min {Text.Number(timing.MinMs, 1)} ms, batch building {Text.Number(data.MedianMs, 1)} ms of it; last flow loss {report.Losses.Flow:g4}");
        Console.WriteLine($"{Text.Number(batch / seconds, 1)} samples/s, {Text.Number(flops / 1e9, 1)} GFLOP a step: {Text.Number(seconds / (flops / rate), 1)} × floor");
    }

    private static TrainingFrame Frame(NetworkConfig network, int seed)
    {
        var random = new Random(seed);
        byte[] Picture(int side)
        {
            var bytes = new byte[3 * side * side];
            random.NextBytes(bytes);
            return bytes;
        }

        var cameras = network.ImageKeys.Length;
        return new TrainingFrame(
            seed, [.. Enumerable.Range(0, cameras).Select(_ => Picture(network.ImageSize))], network.HasDepth ? [.. Enumerable.Range(0, cameras).Select(_ => Picture(network.DepthImageSize))] : [],
            network.HasDepth ? [.. Enumerable.Range(0, cameras).Select(_ => Enumerable.Repeat((ushort)700, network.DepthImageSize * network.DepthImageSize).ToArray())] : [],
            new float[7], [new ChunkLabel(0, new float[network.ActionHorizon * 7], 0, 1)], 0, [.. Enumerable.Range(0, cameras * Objects * 3).Select(_ => random.NextSingle())]);
    }
}
