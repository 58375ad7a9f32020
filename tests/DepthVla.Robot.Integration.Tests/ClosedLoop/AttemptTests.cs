using System.Text.Json;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.ClosedLoop;

/// <summary>Attempts at tasks through both programs: the arm is put elsewhere between two, and everything is accounted for across them.</summary>
public sealed class AttemptTests(TinyServer server) : ProgramTest, IClassFixture<TinyServer>
{
    private const double StandingRadians = 0.02;

    [Fact]
    public async Task Run_TwoAttemptsOfAnUntrainedPolicy_EachBeginsAtRestAndIsJudged()
    {
        await using var untrained = await PolicyServer.StartUntrainedAsync(Folder);
        await using var daemon = RobotDaemon.Start(Folder, untrained.Address, "--tasks", "touch-red,touch-green", "--first-seed", "5");
        var exitCode = await daemon.ExitAsync();

        var summary = daemon.Summary();
        AssertSafe(summary);
        AssertEnded(exitCode, summary);
        Assert.Equal(
            [("touch-red", "touch the red block", 5, false, 2, 5.0), ("touch-green", "touch the green block", 5, false, 2, 5.0)],
            summary.GetProperty("outcomes").EnumerateArray().Select(Outcome));
        Assert.Equal([("touch-red", 0, 1), ("touch-green", 0, 1)], summary.GetProperty("tasks").EnumerateArray().Select(
            t => (t.GetProperty("task").GetString()!, t.GetProperty("successes").GetInt32(), t.GetProperty("attempts").GetInt32())));
        Assert.Equal(0, summary.GetProperty("attempts_cut_short").GetInt32());
        Assert.Equal(1, summary.GetProperty("sessions").GetInt32());
        Assert.Equal(2, summary.GetProperty("holds_by_reason").GetProperty("no_plan").GetProperty("count").GetInt32());
        await daemon.LineAsync("2 touch-green .seed 5.: failed, [0-2] of 2 points");
        Assert.Contains("UNTRAINED", daemon.Output, StringComparison.Ordinal);

        var episodes = daemon.Physics().Steps.GroupBy(step => step.Episode).ToDictionary(steps => steps.Key, steps => steps.ToArray());
        Assert.Equal([0, 1, 2], episodes.Keys.Order());
        foreach (var steps in episodes.Values.Skip(1))
        {
            Assert.True(steps.Length > 2000, $"{steps.Length} steps");
            var early = steps.TakeWhile(step => step.TimeNs < steps[0].TimeNs + 20_000_000).ToArray();   // no answer is as quick
            foreach (var step in early) Assert.True(step.Commanded.Zip(steps[0].Commanded).Take(6).All(j => Math.Abs(j.First - j.Second) < StandingRadians));
            Assert.Contains(steps, step => step.Commanded.Zip(steps[0].Commanded).Any(j => Math.Abs(j.First - j.Second) > StandingRadians)); // but it moved
        }

        var pictures = PngCodec.Decode(await File.ReadAllBytesAsync(daemon.Pictures, TestContext.Current.CancellationToken));
        Assert.True(pictures.Width > 6 * 224 && pictures.Height > 224, $"two attempts of three pictures, not {pictures.Width}x{pictures.Height}");
    }

    [Fact]
    public async Task Run_StoppedWithinAnAttempt_ThatOneIsNotCounted()
    {
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--tasks", "pick-red", "--attempts", "0", "--instruction", "wave", "--camera-fault", "black");
        await daemon.FollowsAsync();

        var summary = await StopAsync(daemon);
        Assert.Equal(0, summary.GetProperty("outcomes").GetArrayLength());
        Assert.Equal(1, summary.GetProperty("attempts_cut_short").GetInt32());
        Assert.Equal("wave", summary.GetProperty("instruction").GetString());
        await daemon.LineAsync("CAMERA FAULT");
    }

    [Fact]
    public async Task Run_TwoDaemonsAtOneServer_EachAttemptsItsOwn()
    {
        var folders = Enumerable.Range(0, 2).Select(i => Directory.CreateDirectory(Path.Combine(Folder, $"{i}")).FullName).ToArray();
        await using var first = Start(folders[0], "left", 0);
        await using var second = Start(folders[1], "right", 1);
        foreach (var daemon in (RobotDaemon[])[first, second])
        {
            var exitCode = await daemon.ExitAsync();
            AssertSafe(daemon.Summary());
            AssertEnded(exitCode, daemon.Summary());
        }

        Assert.Equal([0, 1], ((RobotDaemon[])[first, second]).Select(daemon => Outcome(daemon.Summary().GetProperty("outcomes")[0]).Seed));

        RobotDaemon Start(string folder, string robot, int seed) => RobotDaemon.Start(
            folder, server.Address, "--tasks", "touch-red", "--first-seed", $"{seed}", "--robot-id", robot, "--priority", "0", "--physics-priority", "0");
    }

    private static (string Task, string Instruction, int Seed, bool Success, int OutOf, double Seconds) Outcome(JsonElement outcome) => (
        outcome.GetProperty("task").GetString()!, outcome.GetProperty("instruction").GetString()!, outcome.GetProperty("seed").GetInt32(),
        outcome.GetProperty("success").GetBoolean(), outcome.GetProperty("out_of").GetInt32(), outcome.GetProperty("seconds").GetDouble());
}
