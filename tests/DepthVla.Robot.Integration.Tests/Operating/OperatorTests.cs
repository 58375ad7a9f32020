using System.Runtime.Versioning;
using System.Text.Json;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Operating;

/// <summary>An operator's words to a daemon that drives a simulated arm, and what the physics says the arm made of them.</summary>
[SupportedOSPlatform("linux")]
public sealed class OperatorTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    private const long LateNs = 100_000_000; // for a machine whose cores are wanted by all

    [Fact]
    public async Task Run_StartIdle_NothingMovesUntilArmedAndAHoldBrakesInTheStatedTime()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--start", "idle");
        await daemon.FollowsAsync();
        var idle = await daemon.StatusAsync();
        Assert.Equal(("idle", "not_armed"), (Text(idle, "mode"), Text(idle, "because")));
        Assert.True(idle.GetProperty("chunks").GetInt64() > 0);

        var armNs = MonotonicClock.System.NowNs;
        await HeedsAsync(daemon, "arm", "Armed");
        await MovesAsync(daemon);
        await HeedsAsync(daemon, "hold", @"Holding\. The arm stands, \d\.\d\d s after the word came\.");
        var stoodNs = MonotonicClock.System.NowNs;
        var held = await daemon.StatusAsync();
        var heldNs = MonotonicClock.System.NowNs - (long)(held.GetProperty("mode_s").GetDouble() * 1e9);
        Assert.Equal(("holding", "operator_hold", 0), (Text(held, "mode"), Text(held, "because"), held.GetProperty("steps_remaining").GetInt32()));
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        var againNs = MonotonicClock.System.NowNs;
        await HeedsAsync(daemon, "arm", "Armed");
        await MovesAsync(daemon);

        var summary = await StopAsync(daemon);
        var physics = daemon.Physics();
        Assert.True(physics.FirstCommandChangeNs() > armNs, "it moved before it was armed");
        var last = physics.LastCommandChangeNs(againNs);
        Assert.True(last <= stoodNs, "it moved after it was said to stand");
        Assert.True(last <= heldNs + (long)(summary.GetProperty("standstill").GetProperty("brake_s").GetDouble() * 1e9) + LateNs, $"it braked for {(last - heldNs) * 1e-9} s");
        Assert.NotNull(physics.FirstCommandChangeNs(againNs));
    }

    [Fact]
    public async Task Stop_WhileChunksCome_StaysUntilArmed()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--recorder-folder", Folder);
        await daemon.FollowsAsync();
        await MovesAsync(daemon);
        await HeedsAsync(daemon, "stop", @"Stopped\. The arm stands");
        var stoodNs = MonotonicClock.System.NowNs;
        var chunks = (await daemon.StatusAsync()).GetProperty("chunks").GetInt64();
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        var later = await daemon.StatusAsync();
        Assert.True(later.GetProperty("chunks").GetInt64() > chunks, "no chunk came that could have moved it");
        Assert.Equal(("stopped", "operator_stop"), (Text(later, "mode"), Text(later, "because")));
        var summary = await StopAsync(daemon);
        Assert.True(daemon.Physics().FirstCommandChangeNs(stoodNs) is null, "it moved though it was stopped");
        Assert.Equal(1, summary.GetProperty("holds_by_reason").GetProperty("operator_stop").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Run_SocketThatIsTaken_IsRefusedAndOneThatWasLeftIsNot()
    {
        await using var first = RobotDaemon.Start(Folder, "http://127.0.0.1:1");
        await first.LineAsync("No session: ");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first.OperatorSocket));
        var other = Directory.CreateDirectory(Path.Combine(Folder, "other")).FullName;
        await using (var second = RobotDaemon.Start(other, "http://127.0.0.1:1", "--operator-socket", first.OperatorSocket))
        {
            Assert.Equal(2, await second.ExitAsync());
            await second.LineAsync("a daemon listens at .* already; end it, or give this robot another --robot-id");
        }

        Assert.Equal("armed", Text(await first.StatusAsync(), "mode"));
        first.Signal("KILL");
        await first.ExitAsync();
        Assert.True(File.Exists(first.OperatorSocket));
        await using var third = RobotDaemon.Start(Folder, "http://127.0.0.1:1");
        await third.LineAsync("No session: ");
        Assert.Equal("armed", Text(await third.StatusAsync(), "mode"));
        third.Signal("TERM");
        await third.ExitAsync();
        Assert.False(File.Exists(third.OperatorSocket));
    }

    [Fact]
    public async Task Status_WithAndWithoutJson_SaysTheSame()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--robot-id", "bench 7");
        await daemon.FollowsAsync();
        var (exitCode, output) = await daemon.TellAsync("status", "--json");
        Assert.True(exitCode == 0, output);
        var status = JsonDocument.Parse(output).RootElement;
        Assert.Equal("bench 7", Text(status, "robot_id"));
        Assert.Equal("wx250s", Text(status.GetProperty("arm"), "name"));
        Assert.Equal(server.Address, Text(status.GetProperty("server"), "address"));
        Assert.True(status.GetProperty("server").GetProperty("connected").GetBoolean());
        Assert.True(status.GetProperty("latency_ms").GetProperty("p50").GetDouble() > 0);
        Assert.Equal(["primary", "wrist"], status.GetProperty("cameras").EnumerateArray().Select(camera => camera.GetString()));
        foreach (var name in (string[])["mode_s", "speed_share", "steps_remaining", "plan_age_s", "withheld", "withheld_because", "limit_events", "holds_by_reason", "control", "deadline_misses", "because"])
            Assert.True(status.TryGetProperty(name, out _), name);

        var table = await daemon.TellAsync("status");
        Assert.Equal(0, table.ExitCode);
        foreach (var row in (string[])["robot +bench 7", "mode +[a-z]+ ", "plan +\\d+ steps to come", "server +.*session open", "latency +last ", "control +500 Hz"]) Assert.Matches(row, table.Output);
        await StopAsync(daemon);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("arm")]
    [InlineData("hold")]
    [InlineData("stop")]
    public async Task Tell_NoDaemon_SaysSoAndEndsWithOne(string verb)
    {
        var (exitCode, output) = await RunningProgram.RunAsync(Places.Program("Daemon", "depthvla-daemon"), verb, "--operator-socket", Path.Combine(Folder, "nobody.sock"));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("No daemon answers at ", output, StringComparison.Ordinal);
    }

    private static async Task HeedsAsync(RobotDaemon daemon, string verb, string pattern)
    {
        var (exitCode, output) = await daemon.TellAsync(verb);
        Assert.True(exitCode == 0, output);
        Assert.Matches(pattern, output);
    }

    // In one of the modes in which it follows a plan, and some way into it.
    private static async Task MovesAsync(RobotDaemon daemon)
    {
        await daemon.ComesIntoAsync("tracking");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
