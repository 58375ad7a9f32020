using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>What pages take from the sources is in them: C#, line by line, and names of tests.</summary>
public sealed partial class SnippetTests
{
    [Fact]
    public void Lines_OfCSharp_AreInTheSources()
    {
        var written = Sources.Files.SelectMany(file => file.Text.Split('\n')).Select(line => line.Trim()).ToHashSet();
        var lines = Page.All.SelectMany(page => page.Blocks("csharp").SelectMany(block => block.Split('\n')).Select(line => (page.Path, Line: line.Trim()))).ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(written.Contains(line.Line), $"{line.Path}: no source has: {line.Line}"));
    }

    [Fact]
    public void Tests_NamedOnPages_AreThere()
    {
        var tests = Directory.GetFiles(Path.Combine(Sources.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();
        var named = Page.All.SelectMany(page => page.Lines.SelectMany(line => Test().Matches(line)).Select(match => (page.Path, Name: match.Groups["name"].Value))).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(tests.Any(text => text.Contains(name.Name, StringComparison.Ordinal)), $"{name.Path}: no such test: {name.Name}"));
    }

    [GeneratedRegex(@"`(?<name>[A-Z][a-z]\w*(?:_[A-Z]\w*){2}|[A-Z]\w*Tests)`")]
    private static partial Regex Test();
}
