namespace DepthVla.Robot.Tools.Tests.Running;

/// <summary>The tool in this process.</summary>
internal static class Tool
{
    /// <summary>Its exit code and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(params string[] arguments)
    {
        using var error = new StringWriter();
        return (await DepthVlaTool.RunAsync(arguments, error), error.ToString());
    }
}
