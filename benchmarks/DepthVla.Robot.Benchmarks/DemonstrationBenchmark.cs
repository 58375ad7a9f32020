using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Learning.Evaluation;
using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Benchmarks;

/// <summary>What surrounds training: making demonstrations, reading them against a plain read of the same files, and trying policies.</summary>
internal static class DemonstrationBenchmark
{
    internal static void Run(string checkpoint, int workers, int episodes)
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-benchmark-").FullName;
        try
        {
            Generate(folder, workers, episodes);
            Read(folder);
            Evaluate("expert", workers, physics => new ScriptedExpertPolicy(physics));
            Evaluate(checkpoint, workers, _ => DepthVlaPolicy.Load(checkpoint, TorchDevice.Cpu));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Generate(string folder, int workers, int episodes)
    {
        var (plan, written) = (new DemonstrationPlan { SnapshotEpisodes = episodes, Rollouts = episodes }, 0L);
        var seconds = Seconds(() => DemonstrationRun.Generate(folder, plan, workers, (_, frames, _) => written = frames, CancellationToken.None));
        Console.WriteLine($"generation: {Text.Number(2 * episodes * 3600 / seconds, 0)} episodes an hour, {Text.Number(written / seconds, 0)} frames/s; workers: {workers}, "
            + $"{written} frames of {plan.Cameras.Length} cameras with depth");
    }

    // Twice each, the second counts: the page cache holds the files in both cases.
    private static void Read(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        var megabytes = files.Sum(file => new FileInfo(file).Length) / 1e6;
        double plain = 0, encoded = 0, decoded = 0;
        for (var i = 0; i < 2; i++)
        {
            plain = Seconds(() => Array.ForEach(files, file => _ = File.ReadAllBytes(file)));
            encoded = Seconds(() => ReadEpisodes(folder, decode: false));
            decoded = Seconds(() => ReadEpisodes(folder, decode: true));
        }

        Console.WriteLine($"reading {Text.Number(megabytes, 1)} MB on one thread: plain {Text.Number(megabytes / plain, 0)} MB/s, episodes {Text.Number(megabytes / encoded, 0)} MB/s "
            + $"({Text.Number(encoded / plain, 1)} × as long), with pictures decoded {Text.Number(megabytes / decoded, 0)} MB/s");
    }

    private static void ReadEpisodes(string folder, bool decode)
    {
        using var dataset = LeRobotDataset.Open(folder);
        var options = new ReadOptions { DecodePictures = decode };
        foreach (var _ in dataset.ReadEpisodes(dataset.Episodes.Select(e => e.Index), problem => throw new InvalidDataException(problem.ToString()), options))
        {
        }
    }

    private static void Evaluate(string name, int workers, Func<TabletopPhysics, IPolicy> policy)
    {
        var plan = new EvaluationPlan { Tasks = [.. TabletopTask.All.Where(task => task.Scene != TabletopScene.Heights)], Seeds = 3 };
        var (done, simulated) = (0, 0.0);
        var seconds = Seconds(() => EvaluationRun.Run(plan, workers, policy, attempt =>
        {
            (done, simulated) = (done + (attempt.Outcome.Success ? 1 : 0), simulated + attempt.Outcome.Seconds);
        }, CancellationToken.None));
        Console.WriteLine($"evaluation of {name}: {Text.Number(plan.Count * 3600 / seconds, 0)} attempts an hour, {Text.Number(simulated / seconds, 1)} × real time; "
            + $"workers: {workers}; {done} of {plan.Count} done");
    }

    private static double Seconds(Action run)
    {
        var began = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
