using System.Text.RegularExpressions;

namespace DepthVla.Robot.Architecture.Tests;

/// <summary>Every alert is shown to fire in one case of promtool's, and to stay silent in another.</summary>
public sealed partial class AlertTests
{
    [Fact]
    public void Alerts_Everyone_FiresInACaseAndStaysSilentInAnother()
    {
        var folder = Path.Combine(Sources.Root, "deploy", "prometheus");
        var alerts = Alert().Matches(File.ReadAllText(Path.Combine(folder, "rules.yml"))).Select(match => match.Groups[1].Value).ToArray();
        var cases = Case().Matches(File.ReadAllText(Path.Combine(folder, "rules.test.yml"))).Select(match => (Alert: match.Groups["alert"].Value, Silent: match.Groups["silent"].Success)).ToArray();
        Assert.NotEmpty(alerts);
        foreach (var alert in alerts)
        {
            Assert.True(cases.Contains((alert, false)), $"{alert}: no case in which it fires");
            Assert.True(cases.Contains((alert, true)), $"{alert}: no case in which it stays silent");
        }
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"alertname: (?<alert>\w+),?\s+exp_alerts:(?<silent> \[\])?")]
    private static partial Regex Case();
}
