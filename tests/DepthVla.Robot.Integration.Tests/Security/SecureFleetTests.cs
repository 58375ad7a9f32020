using System.Text.Json;
using System.Text.RegularExpressions;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Security;

/// <summary>What docs/securing-a-fleet.md says, done word for word: its commands, a server, a robot and a Prometheus.</summary>
public sealed class SecureFleetTests : ProgramTest
{
    private static readonly string Page = File.ReadAllText(Places.InRepository("docs", "securing-a-fleet.md"));

    [Fact]
    public async Task Fleet_MadeAsDocumented_DrivesObservesAndRevokes()
    {
        var commands = Blocks("sh");
        foreach (var command in commands[..^1]) await RunInFolderAsync(command);
        await using var server = await PolicyServer.StartAsync(
            Places.TinyCheckpoint, RunningProgram.Patience, 0, "--tls-certificate", In("server.crt"), "--tls-key", In("server.key"),
            "--client-ca", In("ca.crt"), "--revoked", In("revoked.txt"), "--tokens", In("tokens.json"), "--audit-log", In("audit.jsonl"));
        Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);
        string[] known = ["--server-ca", In("ca.crt"), "--client-certificate", In("arm-1.crt"), "--client-key", In("arm-1.key")];

        var (exitCode, said) = await CheckAsync(server.Address, "arm-1", known);
        Assert.True(exitCode == 0, said);
        (exitCode, said) = await CheckAsync(server.Address, "arm-1", ["--server-ca", In("ca.crt")]);
        Assert.True(exitCode == 1 && said.Contains("This server answers callers that it knows", StringComparison.Ordinal), said);

        (exitCode, said) = await TopAsync(server.HttpAddress, ["--server-ca", In("ca.crt"), "--token-file", In("prometheus.token")]);
        Assert.True(exitCode == 0 && said.Contains("depthvla-tiny", StringComparison.Ordinal), said);
        (exitCode, said) = await TopAsync(server.HttpAddress, ["--server-ca", In("ca.crt")]);
        Assert.True(exitCode == 1 && said.Contains("--token-file", StringComparison.Ordinal), said);

        await ScrapedAsync(server.HttpAddress);
        await using var daemon = RobotDaemon.Start(Folder, server.Address, ["--robot-id", "arm-1", .. known]);
        await daemon.FollowsAsync();

        await RunInFolderAsync(commands[^1]); // the robot was stolen
        await daemon.LineAsync("Session lost");
        await daemon.LineAsync("No session: .*it was revoked");
        await daemon.ComesIntoAsync("holding");
        var summary = await StopAsync(daemon);
        Assert.NotEqual(0, summary.GetProperty("physics").GetProperty("steps").GetInt64());

        var audit = File.ReadAllLines(In("audit.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Contains(audit, line => line.GetProperty("act").GetString() == "reloaded");
        Assert.All(audit.Where(line => line.GetProperty("act").GetString() == "refused"), line => Assert.Contains(line.GetProperty("reason").GetString(), (string[])["CREDENTIALS_MISSING", "CERTIFICATE_REFUSED"]));
    }

    // A real Prometheus, with the page's own configuration.
    private async Task ScrapedAsync(string address)
    {
        Assert.SkipUnless(RunningProgram.IsInstalled("prometheus"), "no prometheus to scrape with");
        var port = Ports.Free();
        await File.WriteAllTextAsync(In("prometheus.yml"), Assert.Single(Blocks("yaml")).Replace("gpu-1:8080", $"localhost:{new Uri(address).Port}", StringComparison.Ordinal));
        await using var prometheus = new RunningProgram("prometheus", $"--config.file={In("prometheus.yml")}", $"--storage.tsdb.path={In("tsdb")}", $"--web.listen-address=127.0.0.1:{port}");
        using var http = new HttpClient();
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        while (!(await AskAsync("query?query=depthvla_build_info")).Contains("\"value\"", StringComparison.Ordinal))
        {
            Assert.False(patience.IsCancellationRequested, $"{await AskAsync("targets")}\n{prometheus.Output}");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }

        async Task<string> AskAsync(string what)
        {
            try { return await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/v1/{what}"), TestContext.Current.CancellationToken); }
            catch (HttpRequestException e) { return e.Message; }
        }
    }

    private static string[] Blocks(string language) => [.. Regex.Matches(Page, $"(?ms)^```{language}\n(.*?)^```").Select(block => block.Groups[1].Value)];

    private static Task<(int ExitCode, string Output)> CheckAsync(string server, string robot, string[] credentials) =>
        RunningProgram.RunAsync(Places.Program("Daemon", "depthvla-daemon"), ["check", "--server", server, "--robot-id", robot, .. credentials]);

    private static Task<(int ExitCode, string Output)> TopAsync(string server, string[] credentials) =>
        RunningProgram.RunAsync(Places.Program("Tools", "depthvla"), ["top", "--once", "--server", server, .. credentials]);

    private async Task RunInFolderAsync(string commands)
    {
        var (exitCode, output) = await RunningProgram.RunAsync("bash", "-euc", $"cd {Folder}\n{commands}");
        Assert.True(exitCode == 0, output);
    }

    private string In(string file) => Path.Combine(Folder, file);
}
