using System.Reflection;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each run has the machine's few cores to itself

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>Where the programs and the shipped checkpoint lie.</summary>
internal static class Places
{
    public static string TinyCheckpoint { get; } = Path.GetFullPath(Path.Combine(Told("RepositoryRoot"), "models", "depthvla-tiny"));

    public static string Program(string project, string name) =>
        Path.GetFullPath(Path.Combine(Told("RepositoryRoot"), "artifacts", "bin", $"DepthVla.Robot.{project}", Told("Configuration"), name));

    private static string Told(string key) =>
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
