using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Metrics.Names;

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

        await using var prometheus = await Prometheus.StartAsync(Folder,
            ("depthvla-server", new Uri(server.HttpAddress).Authority, ""), ("depthvla-daemon", $"127.0.0.1:{port}", "robot: r1"));
        var scraped = await prometheus.NamesAsync();
        foreach (var metric in ServerNames.All.Concat(RobotNames.All).Where(metric => metric != ServerNames.Rejected)) Assert.Contains(scraped, name => Family(name) == metric.Name);
        var declared = ServerNames.All.Concat(RobotNames.All).Select(metric => metric.Name).ToHashSet();
        Assert.All(scraped.Where(name => name.StartsWith("depthvla_", StringComparison.Ordinal)), name => Assert.Contains(Family(name), declared));

        Assert.NotEqual(0, (await prometheus.AskAsync($"{RobotNames.SeamJerk.Name}_count > 0 and {RobotNames.SeamJerk.Name}_sum > 0")).GetArrayLength());
        Assert.NotEqual(0, (await prometheus.AskAsync($"abs({RobotNames.ClockOffset.Name}{{peer=\"server\"}}) < 1")).GetArrayLength()); // both on this computer
        Assert.NotEqual(0, (await prometheus.AskAsync($"{ServerNames.BatchSize.Name}_count > 0")).GetArrayLength());

        var absent = ServerNames.Gpu.Append(ServerNames.Rejected).Select(metric => metric.Name).ToHashSet(); // no GPU, and nothing was refused
        foreach (var expression in FleetDashboards.All.Values.SelectMany(Grafana.Expressions))
        {
            var metricsNamed = Regex.Matches(expression, @"\bdepthvla_[a-z0-9_]+").Select(match => Family(match.Value)).ToArray();
            Assert.NotEmpty(metricsNamed);
            Assert.All(metricsNamed, name => Assert.Contains(name, declared.Union(absent)));
            var result = await prometheus.AskAsync(expression);
            Assert.True(result.GetArrayLength() > 0 || metricsNamed.Any(absent.Contains), $"nothing for {expression}");
        }
    }

    // A histogram's three series belong to one metric.
    private static string Family(string series) => Regex.Replace(series, "_(bucket|sum|count)$", "");
}
