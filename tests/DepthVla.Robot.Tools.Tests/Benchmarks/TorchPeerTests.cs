using System.Diagnostics;
using System.Text.Json;
using DepthVla.Robot.Benchmarks;
using DepthVla.Robot.Benchmarks.Model;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Tools.Tests.Running;

namespace DepthVla.Robot.Tools.Tests.Benchmarks;

/// <summary>The PyTorch peer, as far as it goes without PyTorch: it reads our sizes, counts the same work, and its report is one that we read.</summary>
public sealed class TorchPeerTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private const int TextTokens = 28;

    [Theory]
    [InlineData("depthvla-3b")]
    [InlineData("depthvla-tiny-joints")]
    public async Task Shapes_OfOurConfigs_AreTheSameWorkAsWeCount(string preset)
    {
        var peer = Read(await ShapesAsync("--config", Beside($"{preset}.json"), "--flow-steps", "4"));

        Assert.Equal(["vision", "prefill", "depth", "denoise", "network"], peer.Stages.Select(s => s.Name));
        var network = Presets.Load(preset).Network with { NumSteps = 4 };
        foreach (var (stage, row) in new[] { Stage.Vision, Stage.Prefill, Stage.Depth, Stage.Denoise }.Zip(peer.Stages))
        {
            Same(StageFlops.Of(network, stage, network.ImageKeys.Length, TextTokens) / 1e9, row.Gflop);
            Same(StageBytes.Of(network, stage, network.ImageKeys.Length, TextTokens, elementBytes: 2) / 1e6, row.Megabytes);
        }

        PeerReports.RequireSameSizes(peer, peer);
    }

    [Fact]
    public async Task RequireSameSizes_OtherFlowSteps_SaysWhatDiffers()
    {
        var config = Path.Combine(tiny.Folder, "config.json");
        var (ten, five) = (Read(await ShapesAsync("--config", config)), Read(await ShapesAsync("--config", config, "--flow-steps", "5")));
        var refused = Assert.Throws<FormatException>(() => PeerReports.RequireSameSizes(ten, five));
        Assert.Contains("flow_steps 10 here, 5 there; denoise gflop", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OneReportOrAnArray_OrSomethingElse()
    {
        var (file, one) = (tiny.InRoot("peer.json"), await ShapesAsync("--config", Path.Combine(tiny.Folder, "config.json")));
        foreach (var (text, count) in new[] { (one, 1), ($"[{one},{one}]", 2) })
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            Assert.Equal(count, PeerReports.Read(file).Count);
        }

        await File.WriteAllTextAsync(file, """{"stages": 7}""", TestContext.Current.CancellationToken);
        Assert.StartsWith("--peer: expected what bench model --json", Assert.Throws<FormatException>(() => PeerReports.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shapes_WithoutDepthExpert_IsRefused() =>
        Assert.Contains("expected depth_encoder", await ShapesAsync("--config", Beside("pi0-3b.json")), StringComparison.Ordinal);

    private static ModelReport Read(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return JsonReport.Read<ModelReport>(parsed.RootElement);
    }

    // What it prints, or why it does not.
    private static async Task<string> ShapesAsync(params string[] arguments)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", [Beside("torch_shapes.py"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        return python.ExitCode == 0 ? output : await error;
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, "Peers", file);

    private static void Same(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * expected);
}
