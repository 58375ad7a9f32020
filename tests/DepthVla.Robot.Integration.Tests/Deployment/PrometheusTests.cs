using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Deployment;

/// <summary>The rules as Prometheus' own tool sees them, and against the metrics that a real server and a real daemon have.</summary>
public sealed class PrometheusTests : ProgramTest
{
    private static readonly string Rules = Places.InRepository("deploy", "prometheus", "rules.yml");

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
        var port = Ports.Free();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--status-port", $"{port}");
        await daemon.FollowsAsync();
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"{server.HttpAddress}/metrics"), TestContext.Current.CancellationToken);
        var robots = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
        var rules = await File.ReadAllTextAsync(Rules, TestContext.Current.CancellationToken);
        var recorded = Regex.Matches(rules, @"record: (\S+)").Select(match => match.Groups[1].Value);
        var named = Regex.Matches(rules, @"\bdepthvla_[a-z0-9_]+").Select(match => match.Value).Distinct().Except(recorded).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Matches($@"(?m)^(# TYPE {name} |{name}[{{ ])", name.StartsWith("depthvla_robot_", StringComparison.Ordinal) ? robots : metrics));
        foreach (Match mode in Regex.Matches(rules, "depthvla_robot_mode\\{(mode=\"\\w+\")\\}")) Assert.Contains($"depthvla_robot_mode{{{mode.Groups[1].Value}}} 0", robots, StringComparison.Ordinal);
        Assert.Contains("depthvla_chunk_latency_seconds_bucket{le=\"0.21\"}", metrics, StringComparison.Ordinal);

        foreach (var address in (string[])[server.HttpAddress, $"http://127.0.0.1:{port}"])
        {
            var (exitCode, output) = await RunningProgram.RunAsync("bash", "-c", $"curl -s {address}/metrics | promtool check metrics");
            Assert.True(exitCode == 0 && output.Length == 0, output);
        }
    }
}
