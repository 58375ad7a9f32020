using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>A Markdown file of the repository.</summary>
/// <param name="Path">From the root, such as "docs/testing.md".</param>
internal sealed partial record Page(string Path)
{
    private static readonly string[] Folders = ["benchmarks", "deploy", "docs", "tests"];

    /// <summary>Every one.</summary>
    internal static Page[] All { get; } =
    [
        .. Directory.GetFiles(Sources.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.GetFiles(System.IO.Path.Combine(Sources.Root, folder), "*.md", SearchOption.AllDirectories)))
            .Select(file => new Page(System.IO.Path.GetRelativePath(Sources.Root, file))),
    ];

    private string Text { get; } = File.ReadAllText(System.IO.Path.Combine(Sources.Root, Path));

    /// <summary>Its lines.</summary>
    internal string[] Lines => Text.Split('\n');

    /// <summary>What stands in its blocks of this language.</summary>
    internal string[] Blocks(string language) =>
        [.. Fenced().Matches(Text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["block"].Value)];

    /// <summary>Where its links within the repository lead: a path from the root, and a heading or "".</summary>
    internal (string Path, string Heading)[] Links =>
    [
        .. Link().Matches(Fenced().Replace(Text, "")).Select(match => match.Groups["to"].Value).Where(to => !to.Contains(':', StringComparison.Ordinal)).Select(to =>
        {
            var (file, heading) = to.Split('#', 2) is [var before, var after] ? (before, after) : (to, "");
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Sources.Root, Path))!;
            return (file.Length == 0 ? Path : System.IO.Path.GetRelativePath(Sources.Root, System.IO.Path.GetFullPath(file, folder)), heading);
        }),
    ];

    /// <summary>Its headings as GitHub names them in links.</summary>
    internal HashSet<string> Anchors =>
    [
        .. Heading().Matches(Fenced().Replace(Text, ""))
            .Select(match => string.Concat(match.Groups["text"].Value.Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c))),
    ];

    public override string ToString() => Path;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<block>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\]\((?<to>[^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
