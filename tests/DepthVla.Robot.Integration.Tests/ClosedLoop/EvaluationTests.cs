using System.Text.Json;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.ClosedLoop;

/// <summary>The shipped policy at work, counted by <c>depthvla evaluate</c>: in simulated time, and in real time through both programs.</summary>
[Collection(nameof(Alone))]
public sealed class EvaluationTests : ProgramTest
{
    private const int Seeds = 2;

    [Fact]
    public async Task Evaluate_InProcessAndThroughDaemon_BothGetMostDone()
    {
        Assert.InRange(await SuccessesAsync(), 3, 2 * Seeds);
        Assert.InRange(await SuccessesAsync("--through-daemon"), 3, 2 * Seeds);
    }

    private async Task<int> SuccessesAsync(params string[] more)
    {
        var json = Path.Combine(Folder, $"{more.Length}.json");
        await using var evaluate = new RunningProgram(Places.Program("Tools", "depthvla"),
            ["evaluate", "--checkpoint", Places.TinyCheckpoint, "--tasks", "touch-red,pick-green", "--seeds", $"{Seeds}", "--workers", "1", "--json", json, .. more]);
        Assert.Equal(0, await evaluate.ExitAsync());
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken));
        var attempts = report.RootElement.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("outcome")).ToArray();
        Assert.Equal(2 * Seeds, attempts.Length);
        return attempts.Count(outcome => outcome.GetProperty("success").GetBoolean());
    }
}
