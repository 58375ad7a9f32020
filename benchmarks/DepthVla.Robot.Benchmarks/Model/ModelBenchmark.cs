using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Evaluation.Results;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Torch.Tensors;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>Each stage of an inference against its floor: its operations and bytes at the rates of one large product and one large copy, measured in the same run.</summary>
internal static class ModelBenchmark
{
    private const string Instruction = "put the spoon on the towel";
    private const int DifferentPictures = 8, FewestWarmUps = 2;

    // An RTX 4090's dense bfloat16 products with float32 sums, and its memory, by specification.
    private static readonly PeakRates Rtx4090 = new(165e12, 1008e9);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly Stage[] Stages = [Stage.Vision, Stage.Prefill, Stage.Depth, Stage.Denoise];

    internal static void Run(string folder, TorchDevice device, PolicyChoices choices, int rounds, IReadOnlyList<string> peerFiles, string? json)
    {
        var peers = peerFiles.SelectMany(PeerReports.Read).ToArray();
        using var policy = DepthVlaPolicy.Load(folder, device, choices);
        using var checkpoint = Checkpoint.Open(folder);
        var rates = PeakRates.Measure(checkpoint.StoredType, device);
        var samples = Measure(policy, rounds);
        var (cameras, tokens) = (policy.Info.Cameras.Length, Instruction.Length + 2);
        var network = checkpoint.Config.Network with { NumSteps = choices.FlowSteps ?? checkpoint.Config.Network.NumSteps };
        double Flops(Stage stage) => StageFlops.Of(network, stage, cameras, tokens);
        double Bytes(Stage stage) => StageBytes.Of(network, stage, cameras, tokens, checkpoint.StoredType.Size());
        List<StageRow> rows =
        [
            .. Stages.Select(s => StageRow.Of(s.ToString(), Flops(s), Bytes(s), Floor(rates, Flops(s), Bytes(s)), samples[s])),
            StageRow.Of("network", Stages.Sum(Flops), Stages.Sum(Bytes), Stages.Sum(s => Floor(rates, Flops(s), Bytes(s))), [.. Enumerable.Range(0, rounds).Select(i => Stages.Sum(s => samples[s][i]))]),
            .. ((Stage[])[Stage.Decode, Stage.Preprocess, Stage.Post, Stage.Total]).Select(s => StageRow.Of(s.ToString(), 0, 0, 0, samples[s])),
        ];
        double? projected = device.IsCuda ? Stages.Zip(rows, (s, row) => Floor(Rtx4090, Flops(s), Bytes(s)) * row.TimesFloor).Sum() : null;
        Print(policy.Info, network, checkpoint.StoredType, rates, rows, projected, device, rounds);
        var report = new ModelReport
        {
            Command = Environment.CommandLine, Model = policy.Info.Name, Precision = policy.Info.Precision, Device = device.ToString(), Engine = choices.EngineOn(device).ToString(),
            Cameras = cameras, TextTokens = tokens, Horizon = network.ActionHorizon, FlowSteps = network.NumSteps, Rounds = rounds, Hardware = Machine(device),
            Runtime = $".NET {Environment.Version}", ProductGflops = rates.FlopsPerSecond / 1e9, CopyGbytes = rates.BytesPerSecond / 1e9, Stages = [.. rows], ProjectedRtx4090Ms = projected,
        };
        foreach (var peer in peers) PeerReports.RequireSameSizes(report, peer);
        PeerReports.Print(report, peers);
        if (json is not null) JsonReport.Write(json, report);
    }

    private static Dictionary<Stage, double[]> Measure(DepthVlaPolicy policy, int rounds)
    {
        // Made before: what makes them leaves garbage.
        Observation[] observations = [.. Enumerable.Range(0, DifferentPictures).Select(i => Observe(policy.Info, i))];
        StageTimings Ask(int round) => policy.InferAsync(observations[round % DifferentPictures] with { Sequence = round + 1 }, CancellationToken.None).AsTask().GetAwaiter().GetResult().Timings;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < FewestWarmUps || Stopwatch.GetElapsedTime(start) < WarmUp; i++) Ask(i);
        StageTimings[] timings = [.. Enumerable.Range(0, rounds).Select(Ask)];
        return Enum.GetValues<Stage>().ToDictionary(s => s, s => timings.Select(t => t[s] / 1e6).ToArray());
    }

    // Milliseconds. A stage is bound by the one or the other.
    private static double Floor(PeakRates rates, double flops, double bytes) => 1000 * Math.Max(flops / rates.FlopsPerSecond, bytes / rates.BytesPerSecond);

    private static void Print(
        PolicyInfo info, NetworkConfig network, DType stored, PeakRates rates, List<StageRow> rows, double? projected, TorchDevice device, int rounds)
    {
        Console.WriteLine($"""
            {info.Name}, {info.Precision} on {info.Device}, {info.Cameras.Length} cameras, horizon {network.ActionHorizon}, {network.NumSteps} flow steps, one robot, {rounds} answers; {Machine(device)}
            floor  the stage's operations at {Text.Number(rates.FlopsPerSecond / 1e9, 0)} GFLOP/s, a {PeakRates.Product} product in {stored}, or its weights and keys read at
                   {Text.Number(rates.BytesPerSecond / 1e9, 1)} GB/s, a large copy's reading and writing, whichever is more; both measured in this run
            """);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);   // in a file, too
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stage");
        foreach (var column in (string[])["GFLOP", "MB", "floor ms", "p50 ms", "p95 ms", "p99 ms", "max ms", "min ms", "× floor"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows) row.AddTo(table);
        AnsiConsole.Write(table);
        if (projected is { } ms) Console.WriteLine($"An RTX 4090 that comes as near to its floor in each stage would take {Text.Number(ms, 1)} ms: a projection, not a measurement.");
    }

    private static string Machine(TorchDevice device)
    {
        if (!device.IsCuda) return Hardware.Describe();
        string[] query = ["--query-gpu=name,driver_version,clocks.sm,clocks.mem", "--format=csv,noheader", $"--id={device.Index}"];
        using var asked = Process.Start(new ProcessStartInfo("nvidia-smi", query) { RedirectStandardOutput = true })!;
        return $"{asked.StandardOutput.ReadToEnd().Trim()}; {Hardware.Describe()}";
    }

    private static Observation Observe(PolicyInfo policy, int seed)
    {
        CameraFrame Frame(string camera)
        {
            var pixels = new byte[3 * 224 * 224];
            new Random(seed).NextBytes(pixels);
            return new() { Camera = camera, Encoding = ImageEncoding.Rgb8, Width = 224, Height = 224, CaptureTimeNs = 0, Sequence = seed, Data = pixels };
        }

        return new()
        {
            Sequence = 1, CaptureTimeNs = 0, BudgetNs = long.MaxValue, Frames = [.. policy.Cameras.Select(Frame)],
            Proprioception = JointVector.Zero(policy.Joints.Length), Instruction = Instruction,
        };
    }
}
