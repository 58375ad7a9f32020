using System.Text.Json;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>A folder for a test's files, and what holds after every run.</summary>
public abstract class ProgramTest : IDisposable
{
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

    /// <summary>0, or 4 with the only promise that a slow machine may break: the budget.</summary>
    protected static void AssertEnded(int exitCode, JsonElement summary)
    {
        var broken = summary.GetProperty("broken_promises").EnumerateArray().Select(b => b.GetString()!).ToArray();
        Assert.All(broken, b => Assert.Contains("within the budget", b, StringComparison.Ordinal));
        Assert.Equal(broken.Length == 0 ? 0 : 4, exitCode);
    }
}
