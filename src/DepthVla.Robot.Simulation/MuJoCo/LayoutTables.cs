using System.Reflection;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>The struct tables that the project carries, one a release.</summary>
internal static class LayoutTables
{
    private const string ResourcePrefix = "layout_", Suffix = ".txt";

    private static readonly Assembly Home = typeof(LayoutTables).Assembly;

    /// <summary>The releases there is a table for, such as "2.2.2", oldest first.</summary>
    public static IReadOnlyList<string> Releases { get; } =
        [.. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => name[ResourcePrefix.Length..^Suffix.Length])
            .OrderBy(Version.Parse)];

    /// <summary>The table of exactly this release.</summary>
    /// <param name="version">What mj_version() answers.</param>
    /// <exception cref="SimulatorUnavailableException">There is none: a wrong offset would read another field in silence.</exception>
    public static Layout For(int version) =>
        Releases.Select(Read).FirstOrDefault(table => table.Version == version) ?? throw new SimulatorUnavailableException(
            $"The MuJoCo library says that it is version {version}, and there is no struct table for it. " +
            $"Supported: {string.Join(", ", Releases)}. Install one of these (Debian: libmujoco2.2.2), or name its file in {MuJoCoLibrary.PathVariable}, " +
            "or generate a table with MuJoCo/Layouts/gen_layout.c and that version's headers.");

    public static Layout Read(string release)
    {
        using var reader = new StreamReader(Home.GetManifestResourceStream(ResourcePrefix + release + Suffix)!);
        return Layout.Parse(reader.ReadToEnd(), ResourcePrefix + release + Suffix);
    }
}
