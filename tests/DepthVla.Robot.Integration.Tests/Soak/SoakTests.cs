using System.Globalization;
using System.Text.Json;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Deployment;
using DepthVla.Robot.Integration.Tests.Programs;
using DepthVla.Robot.Metrics.Names;

namespace DepthVla.Robot.Integration.Tests.Soak;

/// <summary>
/// Two servers, sixteen robots and a Prometheus, and everything that happens to a fleet, again and again: robots lose their power, models are loaded and exchanged,
/// certificates are replaced, servers are drained and started anew. As long as <c>eng/soak.sh</c> says; two minutes without it.
/// </summary>
[Trait("Size", "Full")]
[Collection(nameof(Alone))]
public sealed class SoakTests : ProgramTest
{
    private const int Robots = 16;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Duration =
        TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("DEPTHVLA_SOAK_MINUTES") ?? "2", CultureInfo.InvariantCulture));

    private readonly FleetSecrets _secrets;
    private readonly Random _random = new(1);
    private readonly List<string> _done = [];

    public SoakTests() => _secrets = new(Folder);

    [Fact]
    public async Task Fleet_KilledSwappedRotatedAndDrained_LosesNothingLeaksNothingAndCountsRight()
    {
        await _secrets.MakeAsync();
        var models = Directory.CreateDirectory(Path.Combine(Folder, "models")).FullName;
        CheckpointCopy.Make(Path.Combine(models, "next"));
        string[] options = [.. _secrets.ServerOptions, "--models", models];
        await using SoakServer lasting = new(options, _secrets.Of("prometheus")), drained = new(options, _secrets.Of("prometheus"));
        await lasting.StartAsync();
        await drained.StartAsync();
        await using var prometheus = await Prometheus.StartAsync(Folder, $"authorization: {{credentials_file: prometheus.token}}, scheme: https, tls_config: {{ca_file: ca.crt}}",
            ("lasting", new Uri(lasting.HttpAddress).Authority, ""), ("drained", new Uri(drained.HttpAddress).Authority, ""));

        SoakRobot[] robots = [.. Enumerable.Range(0, Robots).Select(i => new SoakRobot($"robot-{i}", i, [lasting, drained], _secrets.Of("robots")))];
        var running = robots.Select(robot => Task.Run(robot.RunAsync)).ToArray();
        await ChangeModelsAsync(lasting);                                                        // both places have been filled once: from here on nothing may grow
        var before = lasting.Held();
        var (endNs, round) = (MonotonicClock.System.NowNs + (long)Duration.TotalNanoseconds, 0);
        while (MonotonicClock.System.NowNs < endNs)
        {
            await Task.Delay(Round, TestContext.Current.CancellationToken);
            foreach (var robot in _random.GetItems(robots, 2)) robot.Kill();
            if (round % 2 == 0) await ChangeModelsAsync(lasting);
            if (round % 3 == 1) await ReplaceCertificateAsync(lasting, drained);
            if (round % 4 == 2) Assert.Equal(0, await drained.DrainAndStartAsync());
            if (running.FirstOrDefault(robot => robot.IsFaulted) is { } failed) await failed;
            round++;
        }

        foreach (var robot in robots) robot.Finish();
        await Task.WhenAll(running).WaitAsync(RunningProgram.Patience, TestContext.Current.CancellationToken);
        var after = lasting.Held();
        foreach (var robot in robots) robot.Dispose();
        Report(robots, before, after, round);

        Assert.Empty(robots.SelectMany(robot => robot.Wrongs));
        Assert.Equal(2, robots.SelectMany(robot => robot.Counts.Values).SelectMany(count => count.Hashes.Keys).Distinct().Count());   // one model or the other, and nothing else
        await AssertCountsAsync(robots, lasting);
        await AssertCountsAsync(robots, drained);
        await AssertScrapedAsync(prometheus, lasting, "lasting");
        Assert.InRange(after.ResidentMegabytes, 0, 1.1 * before.ResidentMegabytes + 32);
        Assert.InRange(after.Handles, 0, before.Handles + 8);
        Assert.InRange(after.Threads, 0, before.Threads + 8);
    }

    // The server's own count is the robots'. Of what a robot had open when it was killed, it alone does not know what became.
    private static async Task AssertCountsAsync(SoakRobot[] robots, SoakServer server)
    {
        var counts = robots.Where(robot => robot.Counts.ContainsKey(server.ProcessId)).Select(robot => robot.Counts[server.ProcessId]).ToArray();
        var (chunks, abandoned) = (counts.Sum(count => count.LatenciesMs.Count), counts.Sum(count => count.Abandoned));
        Assert.InRange(await server.MetricAsync($"{ServerNames.ChunkLatency.Name}_count"), chunks, chunks + abandoned);
        Assert.Equal(counts.Sum(count => count.Asked), chunks + abandoned + counts.Sum(count => count.Unanswered.Values.Sum()));
        foreach (var result in Enum.GetValues<UnansweredResult>())
        {
            var told = counts.Sum(count => count.Unanswered.GetValueOrDefault(result));
            Assert.InRange(await server.MetricAsync($"{ServerNames.Observations.Name}{{result=\"{result.ToString().ToLowerInvariant()}\"}}"), told, told + abandoned);
        }

        Assert.Equal(0, await server.MetricAsync(ServerNames.Sessions.Name));
    }

    // What Prometheus kept is what the server said last.
    private static async Task AssertScrapedAsync(Prometheus prometheus, SoakServer server, string job)
    {
        var expected = await server.MetricAsync($"{ServerNames.ChunkLatency.Name}_count");
        using var patience = new CancellationTokenSource(RunningProgram.Patience);
        while ((await prometheus.AskAsync($"{ServerNames.ChunkLatency.Name}_count{{job=\"{job}\"}} == {expected}")).GetArrayLength() == 0) await Task.Delay(500, patience.Token);
    }

    // The other model beside the one served, in its place, and back.
    private async Task ChangeModelsAsync(SoakServer server)
    {
        foreach (var verb in (string[][])[["load", "next"], ["promote", "depthvla-tiny"], ["rollback"]])
        {
            var (exitCode, output) = await RunningProgram.RunAsync(Places.Program("Tools", "depthvla"), ["model", .. verb, "--server", server.Address, .. _secrets.OptionsOf("operator")]);
            Assert.True(exitCode == 0, output);
        }

        _done.Add("models exchanged");
    }

    private async Task ReplaceCertificateAsync(params SoakServer[] servers)
    {
        var serial = await _secrets.RotateAsync();
        foreach (var server in servers)
        {
            using var patience = new CancellationTokenSource(RunningProgram.Patience);
            while (await ShownCertificate.SerialAsync(server.Address, patience.Token) != serial) await Task.Delay(200, patience.Token);
        }

        _done.Add("certificate replaced");
    }

    private void Report(SoakRobot[] robots, Footprint before, Footprint after, int rounds)
    {
        var counts = robots.SelectMany(robot => robot.Counts.Values).ToArray();
        var latencies = counts.SelectMany(count => count.LatenciesMs).Order().ToArray();
        double At(double share) => latencies[(int)(share * (latencies.Length - 1))];
        TestContext.Current.TestOutputHelper!.WriteLine(JsonSerializer.Serialize(new
        {
            Minutes = Duration.TotalMinutes, Rounds = rounds, Asked = counts.Sum(count => count.Asked), Chunks = latencies.Length, Abandoned = counts.Sum(count => count.Abandoned),
            Unanswered = counts.SelectMany(count => count.Unanswered).GroupBy(pair => pair.Key).ToDictionary(kind => $"{kind.Key}", kind => kind.Sum(pair => pair.Value)),
            P50Ms = At(0.5), P99Ms = At(0.99), MaxMs = At(1), Late = latencies.Count(ms => ms > 210),
            Sessions = counts.Length, Done = _done.GroupBy(what => what).ToDictionary(what => what.Key, what => what.Count()),
            Before = before, After = after,
        }));
    }
}
