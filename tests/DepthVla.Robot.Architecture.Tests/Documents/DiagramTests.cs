using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>docs/architecture.md draws the projects as they are.</summary>
public sealed partial class DiagramTests
{
    private static readonly string[] Drawings = new Page("docs/architecture.md").Blocks("mermaid");

    [Fact]
    public void Projects_AsDrawn_AreTheProjectFiles()
    {
        var drawn = Arrow().Matches(Drawings.Single(block => block.Contains("--> Core", StringComparison.Ordinal)))
            .SelectMany(line => line.Groups["to"].Value.Split(" & ").Select(to => (From: line.Groups["from"].Value, To: to))).ToArray();
        var needed = Sources.Projects.SelectMany(project => project.Value.Where(to => !LeadsThere(project.Value, to)).Select(to => (From: project.Key, To: to)));

        Assert.Equal(needed.Order(), drawn.Order());
    }

    /// <summary>Files and types that the pictures name.</summary>
    [Theory]
    [InlineData("ChunkCheck")]
    [InlineData("Latest")]
    [InlineData("Limiter")]
    [InlineData("MotionGuard")]
    [InlineData("OperatorRequests")]
    [InlineData("PlanSlot")]
    [InlineData("SafetyReferee")]
    [InlineData("TickRecorder")]
    public void Types_AsDrawn_AreThere(string type)
    {
        Assert.Contains(Drawings, block => block.Contains(type, StringComparison.Ordinal));
        Assert.Contains(Sources.Files, file => Path.GetFileNameWithoutExtension(file.Path) == type);
    }

    // Whether one of these projects refers to it, directly or not.
    private static bool LeadsThere(string[] projects, string to) => projects.Any(project => Sources.Closure(project).Contains(to));

    [GeneratedRegex(@"^ +(?<from>\w+) --> (?<to>\w+(?: & \w+)*)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
