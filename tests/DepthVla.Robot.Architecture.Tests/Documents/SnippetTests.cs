namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>C# on the pages is what compiles in the sources, line by line; there is nothing to try on it.</summary>
public sealed class SnippetTests
{
    [Fact]
    public void Lines_OfCSharp_AreInTheSources()
    {
        var written = Sources.Files.SelectMany(file => file.Text.Split('\n')).Select(line => line.Trim()).ToHashSet();
        var lines = Page.All.SelectMany(page => page.Blocks("csharp").SelectMany(block => block.Split('\n')).Select(line => (page.Path, Line: line.Trim()))).ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.True(written.Contains(line.Line), $"{line.Path}: no source has: {line.Line}"));
    }
}
