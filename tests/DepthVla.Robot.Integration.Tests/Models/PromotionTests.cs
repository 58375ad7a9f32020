using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Models;

/// <summary>An operator changes the model of a server under an arm that moves.</summary>
[Collection(nameof(Alone))]
public sealed class PromotionTests : ProgramTest
{
    [Fact]
    public async Task Promote_UnderADaemon_TheArmGoesOnInItsSession_AndABadCheckpointChangesNothing()
    {
        var models = Directory.CreateDirectory(Path.Combine(Folder, "models")).FullName;
        CheckpointCopy.Make(Path.Combine(models, "next"));
        CheckpointCopy.Make(Path.Combine(models, "damaged"));
        var (recorded, said) = await RunningProgram.RunAsync(Places.Program("Tools", "depthvla"), "checkpoint", "verify", Path.Combine(models, "next"), "--record");
        Assert.True(recorded == 0, said);
        File.Copy(Path.Combine(models, "next", "golden.json"), Path.Combine(models, "damaged", "golden.json"));
        var golden = Path.Combine(models, "damaged", "golden.json");
        File.WriteAllText(golden, File.ReadAllText(golden).Replace("\"1\": [\n", "\"1\": [\n      7,\n", StringComparison.Ordinal));

        await using var server = await PolicyServer.StartAsync(Places.TinyCheckpoint, RunningProgram.Patience, 0, "--models", models);
        await using var daemon = RobotDaemon.Start(Folder, server.Address);
        await daemon.FollowsAsync();

        var (refused, reason) = await ModelAsync(server, "load", "damaged");
        Assert.Equal(1, refused);
        Assert.Contains("golden.json: expected the chunk recorded for seed 1 bit for bit", reason, StringComparison.Ordinal);
        Assert.Contains("next", await DoneAsync(server, "list"), StringComparison.Ordinal);
        await DoneAsync(server, "load", "next");
        Assert.Contains("1 session(s) went on, 0 ended", await DoneAsync(server, "promote", "depthvla-tiny", "--only-if-fitting"), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Contains("1 session(s) went on, 0 ended", await DoneAsync(server, "rollback"), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        var summary = await StopAsync(daemon);
        AssertSafe(summary);
        Assert.Equal(1, summary.GetProperty("sessions").GetInt32());
        Assert.Equal(0, summary.GetProperty("holds").GetInt64());
    }

    private static async Task<string> DoneAsync(PolicyServer server, params string[] arguments)
    {
        var (code, output) = await ModelAsync(server, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    private static Task<(int ExitCode, string Output)> ModelAsync(PolicyServer server, params string[] arguments) =>
        RunningProgram.RunAsync(Places.Program("Tools", "depthvla"), ["model", .. arguments, "--server", server.Address]);
}
