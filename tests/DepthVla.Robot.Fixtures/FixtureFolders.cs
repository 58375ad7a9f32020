using System.Reflection;

namespace DepthVla.Robot.Fixtures;

/// <summary>The fixtures that ship with the tests, and those in the directory that DEPTHVLA_FIXTURES names.</summary>
public static class FixtureFolders
{
    private const string Variable = "DEPTHVLA_FIXTURES";

    private static readonly IReadOnlyList<Fixture> All = Find();

    /// <summary>Every fixture of one kind, as rows of a theory.</summary>
    public static IEnumerable<TheoryDataRow<Fixture>> Of(FixtureKind kind) =>
        All.Where(f => f.Kind == kind).Select(f => new TheoryDataRow<Fixture>(f));

    /// <summary>Folders that none of the parity tests would read.</summary>
    public static IEnumerable<Fixture> Unrecognised => All.Where(f => f.Kind == FixtureKind.Unknown);

    private static List<Fixture> Find()
    {
        var shipped = typeof(FixtureFolders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "FixturesDirectory").Value!;
        var folders = Directory.GetDirectories(Path.GetFullPath(shipped)).ToList();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } more)
        {
            if (!Directory.Exists(more)) throw new DirectoryNotFoundException($"{Variable} is {more}, which is not a directory");
            folders.AddRange(Directory.GetDirectories(more));
            if (new Fixture(more).Kind != FixtureKind.Unknown) folders.Add(more); // a single fixture, named itself
        }

        return [.. folders.Order(StringComparer.Ordinal).Select(f => new Fixture(f))];
    }
}
