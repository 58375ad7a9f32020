using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests.Documents;

/// <summary>The threat model names tests: they are there, and no threat is without.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public void Threats_Everyone_NamesTestsThatThereAre()
    {
        var tests = Directory.GetFiles(Path.Combine(Sources.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).ToLookup(file => Path.GetFileNameWithoutExtension(file)!, File.ReadAllText);
        var threats = File.ReadAllLines(Path.Combine(Sources.Root, "docs", "threat-model.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToArray();
        Assert.NotEmpty(threats);
        foreach (var threat in threats)
        {
            var named = Named().Matches(threat.Split(" | ")[^1]);
            Assert.True(named.Count > 0, $"no test: {threat}");
            foreach (Match one in named)
            {
                var (type, method) = (one.Groups["type"].Value, one.Groups["method"].Value);
                Assert.True(tests[type].Any(text => text.Contains($"class {type}", StringComparison.Ordinal) && (method.Length == 0 || text.Contains($" {method}(", StringComparison.Ordinal))), $"no such test: {one.Value}");
            }
        }
    }

    [GeneratedRegex(@"`(?<type>\w+Tests)(?:\.(?<method>\w+))?`")]
    private static partial Regex Named();
}
