namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>depthvla replay, until its end.</summary>
internal sealed class FlightTool : RunningProgram
{
    private FlightTool(string[] arguments) : base(Places.Program("Tools", "depthvla"), arguments) { }

    /// <summary>Its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> ReplayAsync(string flight, params string[] arguments)
    {
        await using var tool = new FlightTool(["replay", flight, .. arguments]);
        var exitCode = await tool.ExitAsync();
        return (exitCode, tool.Output);
    }
}
