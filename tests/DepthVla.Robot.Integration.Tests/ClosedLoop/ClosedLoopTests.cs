using System.Text.Json;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.ClosedLoop;

/// <summary>Camera to motor through both programs: real physics, real pictures, real sockets, the shipped policy.</summary>
public sealed class ClosedLoopTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    [Fact]
    public async Task Run_SomeSeconds_FollowsChunksInsideEveryLimitAndAccountsForAll()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--seconds", "10");
        var exitCode = await daemon.ExitAsync();

        var summary = daemon.Summary();
        AssertSafe(summary);
        AssertEnded(exitCode, summary);
        Assert.Equal("depthvla-tiny", summary.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(64, summary.GetProperty("model").GetProperty("hash").GetString()!.Length);
        Assert.Equal(3_521_356, summary.GetProperty("model").GetProperty("parameters").GetInt64());
        Assert.True(summary.GetProperty("model").GetProperty("trained").GetBoolean());
        Assert.InRange(summary.GetProperty("chunks").GetInt64(), 1, summary.GetProperty("observations").GetInt64());
        Assert.Equal(210, summary.GetProperty("budget_ms").GetDouble());
        Assert.Equal(500, summary.GetProperty("control").GetProperty("rate_hz").GetInt32());
        Assert.True(summary.GetProperty("control").GetProperty("ticks").GetInt64() > 1000);
        AssertPositive(summary.GetProperty("latency_ms"), "p50", "p95", "p99", "max");
        AssertPositive(summary.GetProperty("stages_ms"), "decode", "preprocess", "vision", "prefill", "depth", "denoise", "total");
        AssertPositive(summary.GetProperty("control").GetProperty("wakeup_us"), "p50", "p99", "p999", "max");
        Assert.Equal(1, summary.GetProperty("sessions").GetInt32());
        Assert.NotNull(daemon.Physics().FirstCommandChangeNs());
        Assert.DoesNotContain("UNTRAINED", daemon.Output, StringComparison.Ordinal);

        var pictures = PngCodec.Decode(await File.ReadAllBytesAsync(daemon.Pictures, TestContext.Current.CancellationToken));
        Assert.True(pictures.Width > 400 && pictures.Height > 200, $"a strip of cameras and depth, not {pictures.Width}x{pictures.Height}");
    }

    [Fact]
    public async Task Run_PhotographInPlaceOfACamera_IsStreamed()
    {
        var photograph = Photograph.Write(Folder);
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--cameras", $"primary={photograph}");
        var exitCode = await EndAsync(daemon);

        AssertSafe(daemon.Summary());
        AssertEnded(exitCode, daemon.Summary());
        Assert.True(daemon.Summary().GetProperty("chunks").GetInt64() > 0);
        await daemon.LineAsync("primary 320x240");
    }

    [Fact]
    public async Task Run_DepthChecks_FindNothingWrongWithTheShippedPolicy()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--depth-checks");
        var exitCode = await EndAsync(daemon);

        AssertSafe(daemon.Summary());
        AssertEnded(exitCode, daemon.Summary());
        Assert.True(daemon.Summary().GetProperty("chunks").GetInt64() > 0);
        Assert.DoesNotContain("depth of camera", daemon.Output, StringComparison.Ordinal);
        Assert.NotNull(daemon.Physics().FirstCommandChangeNs());
    }

    [Fact]
    public async Task Run_CameraThatCannotBeShown_SaysSoAndNothingMoves()
    {
        await using var daemon = RobotDaemon.Start(Folder, "http://127.0.0.1:1", "--cameras", "primary=/no/such/file.png");
        Assert.Equal(1, await daemon.ExitAsync());
        await daemon.LineAsync("/no/such/file.png");
    }

    [Fact]
    public async Task Run_RobotThatDoesNotFitThePolicy_IsRefusedByNameAndNothingMoves()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--step-rate", "15");
        Assert.Equal(3, await daemon.ExitAsync());
        await daemon.LineAsync("do not fit; nothing moved.*step_rate_hz.*10.*15");
        Assert.Null(daemon.Physics().FirstCommandChangeNs());
    }

    [Fact]
    public async Task Run_SeveralOptionsWrong_ListsAllAndExitsWithTwo()
    {
        await using var daemon = RobotDaemon.Start(Folder, "nowhere", "--control-rate", "0", "--task", "dance");
        Assert.Equal(2, await daemon.ExitAsync());
        Assert.Contains("3 problems", daemon.Output, StringComparison.Ordinal);
        foreach (var option in (string[])["--server", "--control-rate", "--task"]) Assert.Contains(option, daemon.Output, StringComparison.Ordinal);
    }

    // As soon as chunks are followed: on a busy machine a few seconds may be over before the first.
    private static async Task<int> EndAsync(RobotDaemon daemon)
    {
        await daemon.FollowsAsync();
        daemon.Signal("TERM");
        return await daemon.ExitAsync();
    }

    private static void AssertPositive(JsonElement numbers, params string[] names) =>
        Assert.All(names, name => Assert.True(numbers.GetProperty(name).GetDouble() > 0, name));
}
