using System.Reflection;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each run has the machine's few cores to itself

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>Where the programs and the shipped checkpoint lie.</summary>
internal static class Places
{
    public static string TinyCheckpoint { get; } = InRepository("models", "depthvla-tiny");

    public static string InRepository(params ReadOnlySpan<string> parts) => Path.GetFullPath(Path.Combine([Told("RepositoryRoot"), .. parts]));

    /// <summary>A file of a project's sources.</summary>
    public static string Source(string project, params string[] parts) => Path.GetFullPath(Path.Combine([Told("RepositoryRoot"), "src", project, .. parts]));

    /// <summary>An example of the documentation.</summary>
    public static string Example(string name) => Path.GetFullPath(Path.Combine(Told("RepositoryRoot"), "docs", "examples", name));

    public static string Program(string project, string name) =>
        InRepository("artifacts", "bin", $"DepthVla.Robot.{project}", Told("Configuration"), name);

    private static string Told(string key) =>
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
