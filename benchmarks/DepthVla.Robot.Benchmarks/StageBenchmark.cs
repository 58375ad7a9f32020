using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Each stage of an inference against its floor: its floating-point operations at the rate of one large product, measured in the same run.</summary>
internal static class StageBenchmark
{
    private const string Instruction = "put the spoon on the towel";
    private static readonly Stage[] Stages = [Stage.Vision, Stage.Prefill, Stage.Depth, Stage.Denoise];

    internal static void Run(string folder, TorchDevice device, int rounds)
    {
        using var policy = DepthVlaPolicy.Load(folder, device);
        using var checkpoint = Checkpoint.Open(folder);
        var network = checkpoint.Config.Network;
        var rate = ProductRate.Measure(checkpoint.StoredType, device);
        var samples = Enum.GetValues<Stage>().ToDictionary(s => s, _ => new List<double>());
        for (var i = 0; i < rounds + 2; i++)
        {
            var chunk = policy.InferAsync(Observe(policy.Info, i), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (i >= 2) foreach (var stage in samples.Keys) samples[stage].Add(chunk.Timings[stage] / 1e6);
        }

        var cameras = policy.Info.Cameras.Length;
        var tokens = Instruction.Length + 2;
        Console.WriteLine($"{policy.Info.Name}, {policy.Info.Precision} on {policy.Info.Device}, {cameras} cameras, horizon {network.ActionHorizon}, {network.NumSteps} flow steps");
        Console.WriteLine($"floor: a (816 x 2048)·(2048 x 16384) product in {checkpoint.StoredType} runs at {Text.Number(rate / 1e9, 1)} GFLOP/s here and now");
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stage");
        foreach (var column in (string[])["GFLOP", "floor ms", "median ms", "min ms", "p95 ms", "× floor"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var stage in Stages) Row(table, stage.ToString(), StageFlops.Of(network, stage, cameras, tokens), rate, Timing.Of([.. samples[stage]]));
        Row(table, "network", Stages.Sum(s => StageFlops.Of(network, s, cameras, tokens)), rate, Timing.Of([.. Enumerable.Range(0, rounds).Select(i => Stages.Sum(s => samples[s][i]))]));
        foreach (var stage in (Stage[])[Stage.Decode, Stage.Preprocess, Stage.Post, Stage.Total]) Row(table, stage.ToString(), 0, rate, Timing.Of([.. samples[stage]]));
        AnsiConsole.Write(table);
    }

    private static void Row(Table table, string name, double flops, double rate, Timing timing)
    {
        var floor = flops / rate * 1000;
        table.AddRow(name.ToLowerInvariant(), flops > 0 ? Text.Number(flops / 1e9, flops > 1e12 ? 0 : 2) : "", flops > 0 ? Text.Number(floor, 1) : "",
            Text.Number(timing.MedianMs, 1), Text.Number(timing.MinMs, 1), Text.Number(timing.P95Ms, 1), flops > 0 ? Text.Number(timing.MedianMs / floor, 1) : "");
    }

    private static Observation Observe(PolicyInfo policy, int round)
    {
        CameraFrame Frame(string camera)
        {
            var pixels = new byte[3 * 224 * 224];
            new Random(round).NextBytes(pixels);
            return new() { Camera = camera, Encoding = ImageEncoding.Rgb8, Width = 224, Height = 224, CaptureTimeNs = 0, Sequence = round, Data = pixels };
        }

        return new()
        {
            Sequence = round, CaptureTimeNs = 0, BudgetNs = long.MaxValue, Frames = [.. policy.Cameras.Select(Frame)],
            Proprioception = JointVector.Zero(policy.Joints.Length), Instruction = Instruction,
        };
    }
}
