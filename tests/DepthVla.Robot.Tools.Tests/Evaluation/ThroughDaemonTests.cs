using DepthVla.Robot.Learning.Evaluation.Policies;
using DepthVla.Robot.Simulation.Worlds;
using DepthVla.Robot.Tools.Evaluation;

namespace DepthVla.Robot.Tools.Tests.Evaluation;

/// <summary>With scripts in the place of server and daemon.</summary>
public sealed class ThroughDaemonTests : IDisposable
{
    private const string Server = "echo 'INF gRPC on http://127.0.0.1:7, probes and metrics on http://127.0.0.1:8'\necho 'Ready: tiny'\nexec sleep 60\n";

    // Writes down what it was told in the shape of a summary: one outcome, its seed the first and its points the number of attempts.
    private const string Daemon = """
        while [ $# -gt 0 ]; do case "$1" in
          --json) json=$2 ;; --first-seed) seed=$2 ;; --attempts) attempts=$2 ;; --tasks) tasks=$2 ;; --instruction) told=$2 ;; --server) server=$2 ;;
        esac; shift 2; done
        echo "  1 $tasks (seed $seed): done in 1.5 s"
        echo '{"outcomes":[{"task":"'$tasks'","instruction":"'"$told"'","seed":'$seed',"success":true,"points":'$attempts',"out_of":4,"seconds":1.5}],
          "broken_promises":["'$server'"]}' > "$json"
        exit 4
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-through-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task RunAsync_SeveralDaemons_ShareTheSeedsAndAllOutcomesAreGathered()
    {
        var judged = new List<bool>();
        var result = await Evaluation(Daemon).RunAsync(judged.Add, TestContext.Current.CancellationToken);

        Assert.Equal([(100, 3), (103, 4)], result.Outcomes.Select(outcome => (outcome.Seed, outcome.Points)));
        Assert.All(result.Outcomes, outcome => Assert.Equal(("pick-red,stack-green-on-yellow", "", true, 4, 1.5),
            (outcome.Task, outcome.Instruction, outcome.Success, outcome.OutOf, outcome.Seconds)));
        Assert.Equal([true, true], judged);
        Assert.Equal(["http://127.0.0.1:7", "http://127.0.0.1:7"], result.BrokenPromises);
    }

    [Fact]
    public async Task RunAsync_WrongInstruction_TellsEachTaskAnother()
    {
        var result = await (Evaluation(Daemon) with { WrongInstruction = true }).RunAsync(_ => { }, TestContext.Current.CancellationToken);

        Assert.Equal([("pick-red", 100), ("stack-green-on-yellow", 100), ("pick-red", 103), ("stack-green-on-yellow", 103)],
            result.Outcomes.Select(outcome => (outcome.Task, outcome.Seed)));
        Assert.All(result.Outcomes, outcome => Assert.Equal(WrongInstruction.For(TabletopTask.Named(outcome.Task), outcome.Seed), outcome.Instruction));
    }

    [Fact]
    public async Task RunAsync_DaemonFails_SaysWhatItSaid()
    {
        var evaluation = Evaluation("echo 'no such camera'; exit 1\n");
        var failure = await Assert.ThrowsAsync<ProgramFailedException>(() => evaluation.RunAsync(_ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("exit code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no such camera", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ServerEndsEarly_SaysWhatItSaid()
    {
        var failing = new ThroughDaemon
        {
            Checkpoint = "c", Tasks = [TabletopTask.Named("pick-red")], Seeds = 1, ServerProgram = Script("server", "echo 'no such folder'; exit 2\n"), DaemonProgram = "none",
        };
        var failure = await Assert.ThrowsAsync<ProgramFailedException>(() => failing.RunAsync(_ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("no such folder", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 5)]
    [InlineData(1, 1)]
    public void Shares_OfSeeds_AreDisjointAndComplete(int seeds, int daemons)
    {
        var shares = ThroughDaemon.Shares(7, seeds, daemons).ToArray();
        Assert.Equal(Enumerable.Range(7, seeds), shares.SelectMany(share => Enumerable.Range(share.First, share.Count)));
        Assert.All(shares, share => Assert.InRange(share.Count, 1, (seeds / Math.Min(seeds, daemons)) + 1));
    }

    private ThroughDaemon Evaluation(string daemon) => new()
    {
        Checkpoint = "c", Tasks = [TabletopTask.Named("pick-red"), TabletopTask.Named("stack-green-on-yellow")], Seeds = 7, FirstSeed = 100, Daemons = 2,
        ServerProgram = Script("server", Server), DaemonProgram = Script("daemon", daemon),
    };

    private string Script(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, $"#!/usr/bin/env bash\n{text}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return file;
    }
}
