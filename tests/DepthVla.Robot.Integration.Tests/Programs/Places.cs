using System.Reflection;

// A robot and its server leave half of two cores idle, so two runs share them; more would not.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>Where the programs and the shipped checkpoint lie.</summary>
internal static class Places
{
    public static string TinyCheckpoint { get; } = InRepository("models", "depthvla-tiny");

    /// <summary>Its weights' hash, as short as programs show it.</summary>
    public static string TinyHash { get; } = File.ReadAllText(Path.Combine(TinyCheckpoint, "checkpoint.sha256"))[..12];

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
