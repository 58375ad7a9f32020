using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.RealArms;

/// <summary>The example of an arm service that the documentation has.</summary>
internal static class PythonArm
{
    /// <summary>Where it listens; null where this machine lacks what it imports.</summary>
    public static async Task<string?> ListeningAsync(RunningProgram python)
    {
        var line = await python.LineAsync(@"listening on (http://[\d.:]+)|ModuleNotFoundError");
        return line.Groups[1].Success ? line.Groups[1].Value : null;
    }
}
