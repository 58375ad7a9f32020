using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>The rules as Prometheus' own tool sees them, and against the metrics that a real server has.</summary>
public sealed class PrometheusTests
{
    private static readonly string Rules = Places.InRepository("deploy", "prometheus", "rules.yml");

    // The robots' own, not the server's.
    private static readonly string[] OfRobots = ["depthvla_robot_mode"];

    [Theory]
    [InlineData("check", "rules", "rules.yml")]
    [InlineData("test", "rules", "rules.test.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    public async Task Promtool_FindsNothing(string verb, string what, string file)
    {
        var (exitCode, output) = await RunningProgram.RunAsync("promtool", verb, what, Places.InRepository("deploy", "prometheus", file));
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Rules_NameOnlyMetricsThatThereAre_AndTheObjectiveIsAnEdge()
    {
        await using var server = await PolicyServer.StartTinyAsync();
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"{server.HttpAddress}/metrics"), TestContext.Current.CancellationToken);
        var rules = await File.ReadAllTextAsync(Rules, TestContext.Current.CancellationToken);
        var recorded = Regex.Matches(rules, @"record: (\S+)").Select(match => match.Groups[1].Value);
        var named = Regex.Matches(rules, @"\bdepthvla_[a-z0-9_]+").Select(match => match.Value).Distinct().Except(recorded).Except(OfRobots).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Matches($@"(?m)^(# TYPE {name} |{name}[{{ ])", metrics));
        Assert.Contains("depthvla_chunk_latency_seconds_bucket{le=\"0.21\"}", metrics, StringComparison.Ordinal);

        var (exitCode, output) = await RunningProgram.RunAsync("bash", "-c", $"curl -s {server.HttpAddress}/metrics | promtool check metrics");
        Assert.True(exitCode == 0 && output.Length == 0, output);
    }
}
