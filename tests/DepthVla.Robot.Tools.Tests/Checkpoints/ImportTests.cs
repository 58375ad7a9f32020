using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.Checkpoints;

public sealed class ImportTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    /// <summary>A server warns of untrained policies; one whose arm moves at random must not pass for trained.</summary>
    [Fact]
    public async Task Import_TrainedButIncomplete_IsRefusedAndLeavesNothing()
    {
        var target = tiny.InRoot("half");
        var (exitCode, error) = await ImportAsync(target, $"vlm={tiny.Folder}", "--trained");
        Assert.Equal(1, exitCode);
        Assert.Contains("  action: no source holds it, and a policy with a random part is not trained;", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(target));
    }

    [Fact]
    public async Task Import_TrainedAndComplete_IsTrained()
    {
        var target = tiny.InRoot("whole");
        Assert.Equal((0, ""), await ImportAsync(target, tiny.Folder, "--trained"));
        using var written = Checkpoint.Open(target);
        Assert.True(written.Config.Trained);
    }

    [Fact]
    public async Task Import_NoWeightsInTheFolder_NamesTheOption()
    {
        var (exitCode, error) = await ImportAsync(tiny.InRoot("none"), tiny.Root);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"--from: expected weights to import, got {tiny.Root}: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherHash_SaysNo()
    {
        var (exitCode, error) = await Tool.RunAsync("checkpoint", "verify", tiny.Folder, "--hash", "abc");
        Assert.Equal(1, exitCode);
        Assert.Contains("  --hash: expected abc, got ", error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Error)> ImportAsync(string target, string from, params string[] more) =>
        Tool.RunAsync(["checkpoint", "import", "--config", "depthvla-tiny-joints", "--out", target, "--from", from, .. more]);
}
