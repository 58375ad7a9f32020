using System.Diagnostics.CodeAnalysis;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>From the command line to options that are valid, or to an exit code and a text that says all that is wrong.</summary>
internal static class CommandLine
{
    /// <summary>The exit code for a configuration that cannot be used.</summary>
    public const int UsageError = 2;

    /// <summary>False when there is nothing to run; then <paramref name="exitCode"/> is what the process ends with.</summary>
    public static bool TryRead(string[] arguments, TextWriter output, TextWriter error, [NotNullWhen(true)] out ServerOptions? options, out int exitCode)
    {
        options = null;
        exitCode = 0;
        if (arguments.Contains("--version"))
        {
            output.WriteLine($"depthvla-server {ServerMetrics.Version}");
            return false;
        }

        var development = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") == "Development";
        var help = arguments.Contains("--help") || arguments.Contains("-h");
        var read = ServerOptionsReader.Read(help ? [] : arguments, Environment.GetEnvironmentVariables(), AppContext.BaseDirectory, development);
        if (help)
        {
            output.Write(read.Help);
            return false;
        }

        if (!read.Problems.IsEmpty)
        {
            error.WriteLine(read.Problems.Length == 1 ? "The configuration has a problem:" : $"The configuration has {read.Problems.Length} problems:");
            foreach (var problem in read.Problems) error.WriteLine($"  {problem}");
            error.WriteLine("See depthvla-server --help.");
            exitCode = UsageError;
            return false;
        }

        options = read.Options;
        return true;
    }
}
