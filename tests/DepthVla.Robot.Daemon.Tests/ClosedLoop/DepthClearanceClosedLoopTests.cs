using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Depth;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Daemon.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Something rises before the gripper while the arm is waved to and fro, by the depth that its policy tells: through the daemon's own run, over a real socket, with real physics.</summary>
public sealed class DepthClearanceClosedLoopTests : IDisposable
{
    private const long PhaseNs = 3_000_000_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-clearance-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_ObstacleRisesBeforeTheGripper_ArmSlowsHoldsAndGoesOn()
    {
        // Far below the tool, which moves at one height; a little below; right below; far again.
        var policy = new RisingObstaclePolicy([-1, 0.1, 0.5, -1], PhaseNs);
        await using var server = await PolicyOnASocket.StartAsync(policy);
        var options = new DaemonOptions
        {
            PhysicsPriority = 0, Seconds = TimeSpan.FromSeconds(4.5 * PhaseNs * 1e-9), DepthClearance = DepthClearance.Parse("wrist=0,0,1,1@0.05..0.5"),
        }.Patiently(server, _folder);
        RobotSystem? robot = null;
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var running = new DaemonRun(options, MonotonicClock.System, NullLoggerFactory.Instance, output, columns: null) { Started = started => robot = started }.RunAsync(TestContext.Current.CancellationToken);
        var told = await ToldUntilAsync(running, options.OperatorSocket);
        var code = await running;
        Assert.True(code is RunOutcome.Held or RunOutcome.BrokenPromise, $"exit code {code}: {output}");
        var summary = JsonDocument.Parse(await File.ReadAllTextAsync(options.Json, TestContext.Current.CancellationToken)).RootElement;
        Assert.All(summary.GetProperty("physics").GetProperty("violations").EnumerateArray(), violation => Assert.StartsWith("Measured", violation.GetString(), StringComparison.Ordinal));
        Assert.Equal(0, summary.GetProperty("control").GetProperty("allocated_bytes").GetInt64());
        Assert.True(summary.GetProperty("holds_by_reason").TryGetProperty("obstacle_ahead", out _), output.ToString());

        Assert.Contains(told, now => now is { SpeedShare: 1, Mode: "tracking" });
        Assert.Contains(told, now => now is { SpeedShare: > 0 and < 1, Mode: "tracking" });
        Assert.Contains(told, now => now is { SpeedShare: 0, Because: "obstacle_ahead" });
        Assert.Contains(told, now => Table(now).Contains("tracking for", StringComparison.Ordinal) && Table(now).Contains("something is near:", StringComparison.Ordinal));

        // The second half of each phase, once its chunks are followed.
        double[] fastest = [.. Enumerable.Range(0, 4).Select(Fastest)];
        Assert.True(fastest[0] > 1 && fastest[1] < 0.6 * fastest[0] && fastest[1] > 0.05 && fastest[2] < 0.02 && fastest[3] > 0.9, string.Join(" ", fastest));

        double Fastest(int phase)
        {
            var times = policy.Told.Where(height => height.Height == phase).Select(height => height.TimeNs).ToArray();
            var (from, to) = ((times[0] + times[^1]) / 2, times[^1]);
            var first = 0L;
            var steps = robot!.Log.Snapshot(ref first).Where(step => step.TimeNs >= from && step.TimeNs <= to).ToArray();
            return steps.Max(step => Math.Abs(step.Velocities[0]));
        }
    }

    // What an operator is told, again and again.
    private static async Task<List<DaemonStatus>> ToldUntilAsync(Task end, string socket)
    {
        var told = new List<DaemonStatus>();
        while (!end.IsCompleted)
        {
            await Task.WhenAny(end, Task.Delay(100, TestContext.Current.CancellationToken));
            try { told.Add(DaemonStatus.Read(await OperatorClient.AskAsync(socket, "GET", "/status"))!); }
            catch (OperatorSocketException) { } // not yet, or no more
        }

        return told;
    }

    private static string Table(DaemonStatus now)
    {
        using var table = new StringWriter(CultureInfo.InvariantCulture);
        StatusTable.Write(table, now);
        return table.ToString();
    }
}
