using System.Text.Json;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>A folder for a test's files, and what holds after every run.</summary>
public abstract class ProgramTest : IDisposable
{
    // The bound is the arm's; this is for a machine that runs the control thread late because everything else wants its cores too.
    private const long LateNs = 100_000_000;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("depthvla-integration-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whatever happened, and however slow the machine: every command inside every limit, nothing allocated, the arm's state never lost.</summary>
    protected static void AssertSafe(JsonElement summary)
    {
        Assert.Empty(summary.GetProperty("physics").GetProperty("violations").EnumerateArray().Select(v => v.GetString()));
        Assert.NotEqual(0, summary.GetProperty("physics").GetProperty("steps").GetInt64());
        Assert.Equal(0, summary.GetProperty("control").GetProperty("allocated_bytes").GetInt64());
        Assert.Equal(0, summary.GetProperty("limit_events").GetProperty("not_finite").GetInt64());
    }

    /// <summary>Ends a daemon, and insists that nothing was unsafe.</summary>
    internal static async Task<JsonElement> StopAsync(RobotDaemon daemon)
    {
        daemon.Signal("TERM");
        var exitCode = await daemon.ExitAsync();
        var summary = daemon.Summary();
        Assert.True(exitCode is 0 or 4, daemon.Output);
        AssertSafe(summary);
        return summary;
    }

    /// <summary>A daemon whose arm fails says so, ends with 1, and nothing was unsafe.</summary>
    internal static async Task FailsAsync(RobotDaemon daemon, string cause)
    {
        Assert.Equal(1, await daemon.ExitAsync());
        var summary = daemon.Summary();
        Assert.True(summary.GetProperty("arm").GetProperty("fault").GetString()?.Contains(cause, StringComparison.Ordinal), daemon.Output);
        Assert.Contains($"The arm failed: {summary.GetProperty("arm").GetProperty("fault").GetString()}", daemon.Output, StringComparison.Ordinal);
        Assert.Contains("ARM FAILED", daemon.Output, StringComparison.Ordinal);
        AssertSafe(summary);
    }

    /// <summary>The arm was moving, stood within the time that the summary states, and moved again.</summary>
    internal static void AssertStoodBetween(PhysicsRecord physics, JsonElement summary, long lostNs, long backNs)
    {
        var bound = (long)(summary.GetProperty("standstill").GetProperty("total_s").GetDouble() * 1e9);
        Assert.InRange(bound, 1, backNs - lostNs - 1_000_000_000); // else there is nothing to see below
        Assert.True(physics.LastCommandChangeNs(lostNs) > lostNs - 500_000_000, "the arm was not even moving when the server was lost");

        var stoodNs = physics.LastCommandChangeNs(backNs);
        Assert.True(stoodNs <= lostNs + bound + LateNs, $"commands changed until {(stoodNs - lostNs) / 1e9:0.000} s after the loss; the summary states {bound / 1e9:0.000} s");
        Assert.NotNull(physics.FirstCommandChangeNs(backNs)); // it moves again

        // The arm itself follows its last command a little later; half a second on, it is at rest.
        var resting = physics.Between(lostNs + bound + 500_000_000, backNs).ToArray();
        Assert.NotEmpty(resting);
        Assert.All(resting, step => Assert.All(step.Velocities, v => Assert.InRange(v, -0.02, 0.02)));
    }

    /// <summary>Nothing latched: the arm was never stopped but by the end.</summary>
    protected static void AssertStoppedOnlyAtTheEnd(JsonElement summary) => Assert.All(
        summary.GetProperty("holds_by_reason").EnumerateObject(), hold => Assert.Contains(hold.Name, (string[])["no_plan", "plan_expired", "stopping"]));

    /// <summary>0, or 4 with the only promise that a slow machine may break: the budget.</summary>
    protected static void AssertEnded(int exitCode, JsonElement summary)
    {
        var broken = summary.GetProperty("broken_promises").EnumerateArray().Select(b => b.GetString()!).ToArray();
        Assert.True(broken.All(b => b.Contains("within the budget", StringComparison.Ordinal)), string.Join('\n', broken));
        Assert.Equal(broken.Length == 0 ? 0 : 4, exitCode);
    }
}
