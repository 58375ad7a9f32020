using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Simulation.Arms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Policies of tool poses drive the simulated arm through the daemon's own run: wire, inverse kinematics, control loop, physics, referee.</summary>
public sealed class ToolPoseClosedLoopTests : IDisposable
{
    private const double Speed = 0.15;   // m/s

    private static readonly Pose Goal = new(new(0.32, 0.10, 0.08), RotationMatrix.ToolDown(0.4));

    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-tool-").FullName;

    private string Physics => Path.Combine(_folder, "physics.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_TowardAFixedPose_GetsThereWithinMillimetres()
    {
        var summary = await RunAsync(new ToolPosePolicy(Toward), seconds: 4);

        AssertSafe(summary);
        Assert.Equal(0, summary.GetProperty("steps_unreached").GetInt64());
        Assert.Equal(0, summary.GetProperty("chunks_refused").GetInt64());
        Assert.Equal(0, summary.GetProperty("holds").GetInt64());
        Assert.InRange(summary.GetProperty("observations").GetInt64(), 8, 24);   // 5 Hz, not 10: three of 15 steps a second
        var validity = summary.GetProperty("standstill").GetProperty("plan_validity_s").GetDouble();
        Assert.Equal((ToolPosePolicy.Horizon + 1) / ToolPosePolicy.StepRateHz, validity, 1e-9);
        var joints = await LastPositionsAsync();
        var left = PoseDelta.Between(new SerialChain(Wx250s.Description).Tool(joints), Goal);
        Assert.InRange(left.Shift.Length(), 0, 0.001);
        Assert.InRange(left.Turn.Length(), 0, 0.01);
        Assert.Equal(0.02, joints[6], 1e-3);
    }

    /// <summary>Metres and turns at random: every command is inside every limit all the same, and the misses are counted.</summary>
    [Fact]
    public async Task Run_PosesAtRandom_StaysInsideEveryLimitAndCountsWhatItMissed()
    {
        var random = new Random(3);
        var summary = await RunAsync(new ToolPosePolicy(_ => Enumerable.Range(0, ToolPosePolicy.Horizon).Select(_ => Wild(random))), seconds: 3);

        AssertSafe(summary);
        Assert.True(summary.GetProperty("chunks").GetInt64() > 3);
        Assert.Equal(0, summary.GetProperty("chunks_refused").GetInt64());
        Assert.True(summary.GetProperty("steps_unreached").GetInt64() > 20);
    }

    /// <summary>Steps of another width make no plan: each chunk is refused whole, and the arm stays.</summary>
    [Fact]
    public async Task Run_StepsOfAnotherWidth_AreRefusedAndNothingMoves()
    {
        var summary = await RunAsync(new ToolPosePolicy(_ => Enumerable.Repeat(new float[6], ToolPosePolicy.Horizon)) { Width = 6 }, seconds: 2);

        AssertSafe(summary);
        Assert.Equal(summary.GetProperty("chunks").GetInt64(), summary.GetProperty("chunks_refused").GetInt64());
        var (start, joints) = (await PositionsAsync(line: 1), await LastPositionsAsync());
        for (var j = 0; j < 6; j++) Assert.Equal(start[j], joints[j], 0.02);
    }

    private static IEnumerable<float[]> Toward(Pose observed)
    {
        var way = PoseDelta.Between(observed, Goal);
        for (var i = 1; i <= ToolPosePolicy.Horizon; i++)
        {
            var part = Math.Min(1, Speed * i / ToolPosePolicy.StepRateHz / Math.Max(way.Shift.Length(), 1e-6));
            yield return [.. new[] { way.Shift.X, way.Shift.Y, way.Shift.Z, way.Turn.X, way.Turn.Y, way.Turn.Z }.Select(v => (float)(v * part)), 0.02f];
        }
    }

    private static float[] Wild(Random random) =>
        [.. Enumerable.Range(0, 7).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.NextDouble() * 3)))];

    private async Task<JsonElement> RunAsync(IPolicy policy, double seconds)
    {
        await using var server = await PolicyOnASocket.StartAsync(policy);
        var options = new DaemonOptions { Seconds = TimeSpan.FromSeconds(seconds), PhysicsLog = Physics }.Patiently(server, _folder);
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var run = new DaemonRun(options, MonotonicClock.System, NullLoggerFactory.Instance, output, columns: null);
        var code = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(code is RunOutcome.Held or RunOutcome.BrokenPromise, $"exit code {code}: {output}");
        return JsonDocument.Parse(await File.ReadAllTextAsync(options.Json, TestContext.Current.CancellationToken)).RootElement;
    }

    private static void AssertSafe(JsonElement summary) =>
        Assert.True(summary.GetProperty("physics").GetProperty("violations").GetArrayLength() == 0, summary.GetProperty("physics").ToString());

    private Task<JointVector> LastPositionsAsync() => PositionsAsync(^1);

    private async Task<JointVector> PositionsAsync(Index line)
    {
        var lines = await File.ReadAllLinesAsync(Physics, TestContext.Current.CancellationToken);
        var (names, last) = (lines[0].Split(','), lines[line].Split(','));
        var columns = Wx250s.Description.Joints.Select(j => Array.IndexOf(names, $"position_{j.Name}"));
        return JointVector.From([.. columns.Select(c => double.Parse(last[c], CultureInfo.InvariantCulture))]);
    }
}
