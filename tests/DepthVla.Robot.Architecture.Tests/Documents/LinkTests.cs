using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>Every link within the repository leads somewhere, and every page of docs/ is found from docs/README.md.</summary>
public sealed partial class LinkTests
{
    private const string Index = "docs/README.md";

    public static TheoryData<string> Pages => [.. Page.All.Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfEveryPage_LeadSomewhere(string path)
    {
        foreach (var (to, heading) in new Page(path).Links)
        {
            var target = Path.Combine(Sources.Root, to);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{path}: there is no {to}");
            if (heading.Length > 0) Assert.True(new Page(to).Anchors.Contains(heading), $"{path}: {to} has no heading #{heading}");
        }
    }

    [Fact]
    public void Index_OfDocs_NamesEveryPage()
    {
        var linked = new Page(Index).Links.Select(link => link.Path).ToHashSet();
        var pages = Page.All.Select(page => page.Path).Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != Index).ToArray();
        Assert.NotEmpty(pages);
        Assert.Empty(pages.Except(linked));
    }

    /// <summary>Messages and comments send people to pages.</summary>
    [Fact]
    public void Pages_NamedInTheSources_AreThere()
    {
        var named = Sources.Files.SelectMany(file => Named().Matches(file.Text).Select(match => (file.Path, match.Value))).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(Sources.Root, name.Value)), $"{name.Path}: there is no {name.Value}"));
    }

    [GeneratedRegex(@"docs/[a-z/-]+\.md")]
    private static partial Regex Named();
}
