using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Running;
using DepthVla.Robot.Simulation.Arms;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>A policy that steers links into a keep-out box and into each other, through the daemon's own run: wire, control loop, physics, referee, in real time.</summary>
public sealed class LimitsClosedLoopTests : IDisposable
{
    // The tool well inside the workspace, the gripper level and turned over: the camera on it, hanging down, would be in the table.
    private static readonly double[] CameraInTheTable = [0, 0.5, 0.738, 0, -1.238, 3.1, 0.036];

    // The forearm folded onto the upper arm.
    private static readonly double[] Folded = [0, -0.9, 1.6, 0, 0.4, 0, 0.036];

    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-limits-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_PolicySteersIntoTheTableAndIntoTheArm_IsHeldOffAndCounted()
    {
        var (summary, output) = await RunAsync(new(), CameraInTheTable, Folded);

        Assert.True(summary.GetProperty("limit_events").GetProperty("keep_out").GetInt64() > 0, output);
        Assert.True(summary.GetProperty("limit_events").GetProperty("self_distance").GetInt64() > 0, output);
        Assert.Contains("keep_out", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReducedSpeedAndPayload_ShapeCommandsAndAreStatedAtTheStart()
    {
        var (summary, output) = await RunAsync(new() { ReducedSpeed = LimitOptions.ManualReducedSpeed, PayloadScale = 0.5 }, [1, -0.2, 0.4, 0, 1.3, 0, 0.036], [-1, 0.2, 0.2, 0, 1.3, 0, 0.036]);

        Assert.True(summary.GetProperty("limit_events").GetProperty("tool_speed").GetInt64() > 0, output);
        Assert.Contains("at most 250 mm/s", output, StringComparison.Ordinal);
        Assert.Contains("6 joints 1 rad/s, 5 rad/s²", output, StringComparison.Ordinal);
    }

    private async Task<(JsonElement Summary, string Output)> RunAsync(LimitOptions limits, params double[][] places)
    {
        await using var server = await PolicyOnASocket.StartAsync(new SteeringPolicy([Wx250s.Home.ToArray(), .. places], 2_000_000_000));
        var options = new DaemonOptions { PhysicsPriority = 0, Seconds = TimeSpan.FromSeconds(8), Limits = limits }.Patiently(server, _folder);
        var output = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new DaemonRun(options, MonotonicClock.System, NullLoggerFactory.Instance, output, columns: null).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(code is RunOutcome.Held or RunOutcome.BrokenPromise, $"exit code {code}: {output}");
        var summary = JsonDocument.Parse(await File.ReadAllTextAsync(options.Json, TestContext.Current.CancellationToken)).RootElement;

        // What was commanded; how well the simulated motors follow is another matter, and on a busy machine they see commands late.
        Assert.All(summary.GetProperty("physics").GetProperty("violations").EnumerateArray(), violation => Assert.StartsWith("Measured", violation.GetString(), StringComparison.Ordinal));
        Assert.Equal(0, summary.GetProperty("control").GetProperty("allocated_bytes").GetInt64());
        return (summary, $"{output}");
    }
}
