using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DepthVla.Robot.Architecture.Tests;

/// <summary>The projects below src/ and benchmarks/, what each refers to, and what is written in them.</summary>
internal static partial class Sources
{
    private const string Prefix = "DepthVla.Robot.";

    internal static string Root { get; } = Path.GetFullPath(
        typeof(Sources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    /// <summary>Project names without the prefix, each with the projects it refers to directly.</summary>
    internal static IReadOnlyDictionary<string, string[]> Projects { get; } = ((string[])["src", "benchmarks"])
        .SelectMany(below => Directory.GetFiles(Path.Combine(Root, below), "*.csproj", SearchOption.AllDirectories))
        .ToDictionary(ShortName, file => XDocument.Load(file).Descendants("ProjectReference").Select(r => ShortName(r.Attribute("Include")!.Value)).ToArray());

    /// <summary>What is written for the programs that ship: C# below src/ and benchmarks/, and the scripts that set up, build and publish. Paths from the root.</summary>
    internal static (string Path, string Text)[] Files { get; } =
    [
        .. ((string[])["src", "benchmarks"]).SelectMany(below => Directory.GetFiles(Path.Combine(Root, below), "*.cs", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(Root, "eng"), "*.sh"))
            .Select(file => Path.GetRelativePath(Root, file)).Select(file => (file, Read(file))),
    ];

    /// <summary>The text of a file, named from the root.</summary>
    internal static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>All that a project refers to, directly or not.</summary>
    internal static HashSet<string> Closure(string project)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(Projects[project]);
        while (open.TryPop(out var next)) if (found.Add(next)) foreach (var further in Projects[next]) open.Push(further);
        return found;
    }

    /// <summary>Within a project, which folders each folder names in its using lines. A folder is the first part below the project.</summary>
    internal static Dictionary<string, HashSet<string>> FolderArrows(string project)
    {
        var root = Path.Combine(Root, project == "Benchmarks" ? "benchmarks" : "src", Prefix + project);
        var arrows = Directory.GetDirectories(root).Select(d => Path.GetFileName(d)!).ToDictionary(f => f, _ => new HashSet<string>());
        foreach (var file in Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var folder = Path.GetRelativePath(root, file).Split('/') is [var first, _, ..] ? first : null;
            if (folder is null) continue;
            foreach (Match match in UsingLine().Matches(File.ReadAllText(file)))
            {
                if (match.Groups["project"].Value == project && match.Groups["folder"].Value is { Length: > 0 } other && other != folder && arrows.ContainsKey(other)) arrows[folder].Add(other);
            }
        }

        return arrows;
    }

    private static string ShortName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))[Prefix.Length..];

    [GeneratedRegex(@"^using (?:static )?DepthVla\.Robot\.(?<project>\w+)(?:\.(?<folder>\w+))?", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
