using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Torch.Tensors;
using Misled = DepthVla.Robot.Learning.Evaluation.Policies.WrongInstruction;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>What came of attempts in real time.</summary>
/// <param name="Outcomes">All that were judged, daemon by daemon.</param>
/// <param name="BrokenPromises">What the daemons promised and did not hold, such as answers in time; empty is good.</param>
internal sealed record ThroughDaemonResult(ImmutableArray<TaskOutcome> Outcomes, ImmutableArray<string> BrokenPromises);

/// <summary>Attempts in real time by the programs that drive a robot: one server, and beside each other several daemons with seeds of their own.</summary>
/// <example><code>
/// var through = new ThroughDaemon { Checkpoint = "models/depthvla-tiny", Tasks = [TabletopTask.Named("pick-red")], Seeds = 10, Daemons = 2 };
/// var result = await through.RunAsync(success => Console.Write(success ? '+' : '-'), stop);
/// </code></example>
internal sealed partial record ThroughDaemon
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The checkpoint's folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Where the server computes.</summary>
    public TorchDevice Device { get; init; } = TorchDevice.Cpu;

    /// <summary>What is judged.</summary>
    public required IReadOnlyList<TabletopTask> Tasks { get; init; }

    /// <summary>Attempts at each task.</summary>
    public required int Seeds { get; init; }

    /// <summary>The seed of the first.</summary>
    public int FirstSeed { get; init; }

    /// <summary>How many at once. Each takes a good part of a core, and the server what is left.</summary>
    public int Daemons { get; init; } = 1;

    /// <summary>True tells the policy another task of the scene, for all seeds of a daemon the same.</summary>
    public bool WrongInstruction { get; init; }

    /// <summary>"none", "black" or "swapped".</summary>
    public string CameraFault { get; init; } = "none";

    /// <summary>How chunks go on from the plan being executed; null leaves it to the checkpoint.</summary>
    public ContinuationMethod? Continuation { get; init; }

    /// <summary>Flow steps an answer; null takes the checkpoint's.</summary>
    public int? FlowSteps { get; init; }

    /// <summary>One in so many observations has its depth read.</summary>
    public int DepthEvery { get; init; } = 1;

    /// <summary>How long after capture an answer is of use; a daemon reports later ones.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(210);

    /// <summary>The server's program.</summary>
    public string ServerProgram { get; init; } = Beside("Server", "depthvla-server");

    /// <summary>The daemon's program.</summary>
    public string DaemonProgram { get; init; } = Beside("Daemon", "depthvla-daemon");

    /// <summary>Runs until every attempt was judged.</summary>
    /// <param name="judged">Is told of each attempt whether it succeeded, on any thread, one at a time.</param>
    /// <param name="stop">Ends all programs at once.</param>
    /// <exception cref="ProgramFailedException">A program did not start, or failed.</exception>
    public async Task<ThroughDaemonResult> RunAsync(Action<bool> judged, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-evaluate-").FullName;
        try
        {
            await using var server = new ChildProgram(ServerProgram,
            [
                "--checkpoint", Checkpoint, "--device", Device.ToString(), "--grpc-port", "0", "--http-port", "0",
                "--continuation", Continuation?.ToString() ?? "auto", "--flow-steps", $"{FlowSteps ?? 0}", "--depth-every", $"{DepthEvery}",
            ]);
            var address = (await server.LineAsync(@"gRPC on (http://[^\s,]+)", stop)).Groups[1].Value;
            await server.LineAsync("Ready: ", stop);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var gate = new Lock();
            void Count(bool success)
            {
                lock (gate) judged(success);
            }

            var parts = Shares(FirstSeed, Seeds, Daemons).Select((share, i) => DriveAsync(address, share, i, folder, Count, ending)).ToArray();
            return Together(await Task.WhenAll(parts));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Seeds side by side, nobody's twice: as equal as they can be, and no share empty.</summary>
    internal static IEnumerable<(int First, int Count)> Shares(int first, int seeds, int daemons)
    {
        daemons = Math.Min(daemons, seeds);
        for (var i = 0; i < daemons; i++)
        {
            var (from, to) = ((int)((long)seeds * i / daemons), (int)((long)seeds * (i + 1) / daemons));
            yield return (first + from, to - from);
        }
    }

    // One daemon after another, if each task needs words of its own.
    private async Task<ThroughDaemonResult> DriveAsync(
        string server, (int First, int Count) seeds, int number, string folder, Action<bool> judged, CancellationTokenSource ending)
    {
        try
        {
            string[] always =
            [
                "--server", server, "--robot-id", $"wx250s-sim-{number}", "--attempts", Text(seeds.Count), "--first-seed", Text(seeds.First),
                "--camera-fault", CameraFault, "--budget", Text(Budget.TotalSeconds),

                // Normal priorities: side by side on few cores, each would keep the others, and the server, from their work. What that costs in punctuality is not the policy's fault:
                // a thread that sleeps for longer than the default's tenth of a second would end in a stop, and with it the attempt.
                "--priority", "0", "--physics-priority", "0", "--max-state-age", "1", "--json", Path.Combine(folder, $"{number}.json"),
            ];
            string[][] runs = WrongInstruction
                ? [.. Tasks.Select(task => (string[])["--tasks", task.Name, "--instruction", Misled.For(task, seeds.First)])]
                : [["--tasks", string.Join(',', Tasks.Select(task => task.Name))]];
            var results = new List<ThroughDaemonResult>();
            foreach (var run in runs) results.Add(await DriveAsync([.. always, .. run], always[^1], judged, ending.Token));
            return Together(results);
        }
        catch
        {
            await ending.CancelAsync(); // the others need not go on
            throw;
        }
    }

    private async Task<ThroughDaemonResult> DriveAsync(string[] arguments, string summaryFile, Action<bool> judged, CancellationToken stop)
    {
        await using var daemon = new ChildProgram(DaemonProgram, arguments);
        await foreach (var line in daemon.LinesAsync(stop))
        {
            if (JudgedLine().Match(line) is { Success: true } match) judged(match.Groups[1].Value == "done");
        }

        await daemon.EndAsync(stop, expected: [0, 4]); // 4: a promise was broken, and the summary says which
        using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(summaryFile, stop));
        return new(
            [.. summary.RootElement.GetProperty("outcomes").Deserialize<TaskOutcome[]>(Json)!],
            [.. summary.RootElement.GetProperty("broken_promises").Deserialize<string[]>()!]);
    }

    private static ThroughDaemonResult Together(IEnumerable<ThroughDaemonResult> results) =>
        new([.. results.SelectMany(r => r.Outcomes)], [.. results.SelectMany(r => r.BrokenPromises)]);

    // "  3 pick-red (seed 7): done in 4.1 s", as the daemon says it.
    [GeneratedRegex(@"^\s+\d+ \S+ \(seed \d+\): (done|failed)")]
    private static partial Regex JudgedLine();

    private static string Text(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    // This program lies in bin/PROJECT/CONFIGURATION, and so do they.
    private static string Beside(string project, string name)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", $"DepthVla.Robot.{project}", Path.GetFileName(here), name));
    }
}
