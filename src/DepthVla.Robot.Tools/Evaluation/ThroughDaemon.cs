using System.Collections.Immutable;
using System.Text.Json;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Tools.Evaluation;

/// <summary>What came of attempts in real time.</summary>
/// <param name="Outcomes">All that were judged, daemon by daemon.</param>
/// <param name="BrokenPromises">What the daemons promised and did not hold, such as answers in time; empty is good.</param>
internal sealed record ThroughDaemonResult(ImmutableArray<TaskOutcome> Outcomes, ImmutableArray<string> BrokenPromises);

/// <summary>Attempts in real time by the programs that drive a robot: one server, and beside each other several daemons with seeds of their own.</summary>
/// <example><code>
/// var result = await new ThroughDaemon { Checkpoint = "models/depthvla-tiny", Tasks = ["pick-red"], Seeds = 10, Daemons = 2 }.RunAsync(stop);
/// </code></example>
internal sealed class ThroughDaemon
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The checkpoint's folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Names of tasks.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Attempts at each task.</summary>
    public required int Seeds { get; init; }

    /// <summary>The seed of the first.</summary>
    public int FirstSeed { get; init; }

    /// <summary>How many at once. Each takes a good part of a core, and the server what is left.</summary>
    public int Daemons { get; init; } = 1;

    /// <summary>Told instead of each task's own words; empty for those.</summary>
    public string Instruction { get; init; } = "";

    /// <summary>"none", "black" or "swapped".</summary>
    public string CameraFault { get; init; } = "none";

    /// <summary>How long after capture an answer is of use; a daemon reports later ones.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(210);

    /// <summary>The server's program.</summary>
    public string ServerProgram { get; init; } = Beside("Server", "depthvla-server");

    /// <summary>The daemon's program.</summary>
    public string DaemonProgram { get; init; } = Beside("Daemon", "depthvla-daemon");

    /// <summary>Runs until every attempt was judged.</summary>
    /// <param name="stop">Ends all programs at once.</param>
    /// <exception cref="ProgramFailedException">A program did not start, or failed.</exception>
    public async Task<ThroughDaemonResult> RunAsync(CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-evaluate-").FullName;
        try
        {
            await using var server = new ChildProgram(ServerProgram, ["--checkpoint", Checkpoint, "--grpc-port", "0", "--http-port", "0"]);
            var address = (await server.LineAsync(@"gRPC on (http://[^\s,]+)", stop)).Groups[1].Value;
            await server.LineAsync("Ready: ", stop);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var parts = Shares(FirstSeed, Seeds, Daemons).Select((share, i) => AttemptAsync(address, share, i, folder, ending)).ToArray();
            var results = await Task.WhenAll(parts);
            return new([.. results.SelectMany(r => r.Outcomes)], [.. results.SelectMany(r => r.BrokenPromises)]);
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

    private async Task<ThroughDaemonResult> AttemptAsync(string server, (int First, int Count) seeds, int number, string folder, CancellationTokenSource ending)
    {
        try
        {
            var json = Path.Combine(folder, $"{number}.json");
            string[] told = Instruction.Length > 0 ? ["--instruction", Instruction] : [];

            // Normal priorities: side by side on few cores, each would keep the others, and the server, from their work.
            await using var daemon = new ChildProgram(DaemonProgram,
            [
                "--server", server, "--robot-id", $"wx250s-sim-{number}", "--tasks", string.Join(',', Tasks), "--attempts", Text(seeds.Count),
                "--first-seed", Text(seeds.First), "--camera-fault", CameraFault, "--budget", Text(Budget.TotalSeconds), "--priority", "0",
                "--physics-priority", "0", "--json", json, .. told,
            ]);
            await daemon.EndAsync(ending.Token, expected: [0, 4]); // 4: a promise was broken, and the summary says which
            using var summary = JsonDocument.Parse(await File.ReadAllTextAsync(json, ending.Token));
            return new(
                [.. summary.RootElement.GetProperty("outcomes").Deserialize<TaskOutcome[]>(Json)!],
                [.. summary.RootElement.GetProperty("broken_promises").Deserialize<string[]>()!]);
        }
        catch
        {
            await ending.CancelAsync(); // the others need not go on
            throw;
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);

    // This program lies in bin/PROJECT/CONFIGURATION, and so do they.
    private static string Beside(string project, string name)
    {
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return Path.GetFullPath(Path.Combine(here, "..", "..", $"DepthVla.Robot.{project}", Path.GetFileName(here), name));
    }
}
