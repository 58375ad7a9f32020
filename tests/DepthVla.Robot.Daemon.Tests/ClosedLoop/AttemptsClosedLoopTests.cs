using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Simulation.Worlds;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Attempts at tasks through the daemon's own run: wire, control loop, physics, judge, in real time.</summary>
public sealed class AttemptsClosedLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-attempts-").FullName;
    private RobotSystem? _robot;

    private string Physics => Path.Combine(_folder, "physics.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_ExpertAttemptsTasksInTwoScenes_Succeeds()
    {
        var summary = await RunAsync(new ExpertPolicy(() => _robot!.World!.Arm), new() { Tasks = ["pick-red", "carrot-on-plate"], FirstSeed = 3 });

        AssertSafe(summary);
        Assert.All(summary.GetProperty("outcomes").EnumerateArray(), outcome => Assert.True(outcome.GetProperty("success").GetBoolean(), $"{summary}"));
        Assert.Equal([("pick-red", 1, 1), ("carrot-on-plate", 1, 1)], summary.GetProperty("tasks").EnumerateArray().Select(
            task => (task.GetProperty("task").GetString(), task.GetProperty("successes").GetInt32(), task.GetProperty("attempts").GetInt32())));
        Assert.True(File.Exists(Path.Combine(_folder, "pictures.png")));
    }

    /// <summary>Answers to what was observed in the first attempt arrive in the second, with times that are right for it: nothing moves.</summary>
    [Fact]
    public async Task Run_ChunksOfAnEarlierAttempt_MoveNothingInALaterOne()
    {
        var policy = new LatePolicy(TabletopTask.Named("touch-red").Instruction, () => EpisodeAsync(2));
        var summary = await RunAsync(policy, new() { Tasks = ["touch-red", "touch-green"] });

        AssertSafe(summary);
        Assert.True(policy.LateAnswers > 0, "no answer was late, so nothing was seen");
        Assert.Equal(policy.LateAnswers, summary.GetProperty("chunks").GetInt64()); // they did arrive
        Assert.Equal(0, summary.GetProperty("chunks_refused").GetInt64());           // and were believed
        Assert.Equal(2, summary.GetProperty("outcomes").GetArrayLength());
        var lines = (await File.ReadAllLinesAsync(Physics, TestContext.Current.CancellationToken)).Select(line => line.Split(',')).ToArray();
        var (episode, waist) = (Array.IndexOf(lines[0], "episode"), Array.IndexOf(lines[0], "commanded_waist"));
        foreach (var steps in lines.Skip(1).GroupBy(line => line[episode]).Where(steps => steps.Key != "0"))
        {
            var commands = steps.Select(step => double.Parse(step[waist], CultureInfo.InvariantCulture)).ToArray();
            Assert.True(commands.Length > 2000, $"{commands.Length} steps of episode {steps.Key}");
            Assert.True(commands.Max() - commands.Min() < 0.05, $"episode {steps.Key}: the waist went from {commands.Min()} to {commands.Max()}");
        }
    }

    private async Task EpisodeAsync(int number)
    {
        while (_robot!.Log.Written == 0 || _robot.Log.Snapshot()[^1].Episode < number) await Task.Delay(100, TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
    }

    private async Task<JsonElement> RunAsync(IPolicy policy, DaemonOptions options)
    {
        await using var server = await PolicyOnASocket.StartAsync(policy);
        options = (options with { Pictures = Path.Combine(_folder, "pictures.png"), PhysicsLog = Physics }).Patiently(server, _folder);
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var run = new DaemonRun(options, MonotonicClock.System, NullLoggerFactory.Instance, output, columns: null) { Started = robot => _robot = robot };
        var code = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(code is RunOutcome.Held or RunOutcome.BrokenPromise, $"exit code {code}: {output}");
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());
        return JsonDocument.Parse(await File.ReadAllTextAsync(options.Json, TestContext.Current.CancellationToken)).RootElement;
    }

    private static void AssertSafe(JsonElement summary)
    {
        Assert.True(summary.GetProperty("physics").GetProperty("violations").GetArrayLength() == 0, summary.GetProperty("physics").ToString());
        Assert.Equal(0, summary.GetProperty("control").GetProperty("allocated_bytes").GetInt64());
    }
}
