using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>docs/troubleshooting.md quotes what the programs print: its texts are in the sources, and the reasons that are shown to people are on the page.</summary>
public sealed partial class TroubleshootingTests
{
    private static readonly Page Troubleshooting = new("docs/troubleshooting.md");

    // Shown by name: as "plan_expired".
    private static readonly string[] Enums =
    [
        "src/DepthVla.Robot.Control/Modes/HoldReason.cs", "src/DepthVla.Robot.Core/Robots/Mode.cs", "src/DepthVla.Robot.Control/Limits/LimitKinds.cs",
        "src/DepthVla.Robot.Control/Plans/PlanRefusal.cs",
    ];

    private static readonly string[] Names = [.. Enums.SelectMany(file => Member().Matches(Sources.Read(file)).Select(member => Snake(member.Groups["name"].Value))).Where(name => name != "none")];

    /// <summary>What the page quotes: in the first cell of a row, or at the beginning of a line.</summary>
    private static string[] Quotes => [.. Troubleshooting.Lines.SkipLast(1).Where((line, i) => !Troubleshooting.Lines[i + 1].StartsWith("|--", StringComparison.Ordinal)).SelectMany(Quoted)];

    [Fact]
    public void Quotes_Every_IsPrintedBySomething()
    {
        var printing = Sources.Files.Select(file => Comment().Replace(file.Text, "")).ToArray();
        Assert.NotEmpty(Quotes);
        Assert.All(Quotes.Except(Names), quote => Assert.True(printing.Any(text => Holds(text, quote)), $"nothing prints: {quote}"));
    }

    [Fact]
    public void Names_OfWhatStopsAndShapes_AreOnThePage()
    {
        Assert.Contains("plan_expired", Names);
        Assert.Empty(Names.Except(Quotes));
    }

    [Fact]
    public void Reasons_OfEveryRefusal_AreOnThePage()
    {
        var reasons = Reason().Matches(Sources.Read("src/DepthVla.Robot.Contracts/Errors/Reasons.cs")).Select(match => match.Groups["reason"].Value).ToArray();
        Assert.NotEmpty(reasons);
        Assert.Empty(reasons.Except(Quotes));
    }

    private static IEnumerable<string> Quoted(string line)
    {
        var spans = Span().Matches(line.StartsWith("| ", StringComparison.Ordinal) ? line[2..].Split(" | ")[0] : line.StartsWith('`') ? line : "").Select(span => span.Groups["text"].Value);
        return line.StartsWith('`') ? spans.Take(1) : spans;
    }

    // In this order, in one file: what varies stands between.
    private static bool Holds(string text, string quote)
    {
        var at = 0;
        foreach (var part in quote.Split('…', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            at = text.IndexOf(part, at, StringComparison.Ordinal);
            if (at < 0) return false;
            at += part.Length;
        }

        return at > 0;
    }

    private static string Snake(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"^    (?<name>[A-Z]\w*)(?: = \d+)?,", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex("= \"(?<reason>[A-Z_]+)\";")]
    private static partial Regex Reason();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
