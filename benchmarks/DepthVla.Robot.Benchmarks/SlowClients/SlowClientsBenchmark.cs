using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Benchmarks.Fleet;
using DepthVla.Robot.Benchmarks.Serving;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>One robot at 10 Hz beside clients that hold connections and never get on: what its answers take with and without, what is lost, how long the server puts up with whom.</summary>
internal static class SlowClientsBenchmark
{
    private const double RateHz = 10;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20); // so long the robot's own process compiles

    /// <param name="checkpoint">What to serve.</param>
    /// <param name="idle">Connections that say no more.</param>
    /// <param name="dripping">Connections that send something every second.</param>
    /// <param name="duration">Of each turn.</param>
    /// <param name="rounds">Turns with, and as many without.</param>
    /// <param name="clientCpus">What the slow clients may run on, as taskset(1) has it; null for all. Robot and server have what this process has. Cores share more than they say:
    /// with it, the robot has turns, too, in which the same clients hold another server there.</param>
    /// <param name="json">Where every figure goes; null for nowhere.</param>
    internal static async Task RunAsync(string checkpoint, int idle, int dripping, TimeSpan duration, int rounds, string? clientCpus, string? json)
    {
        var folder = Directory.CreateTempSubdirectory("depthvla-slow-clients-");
        try
        {
            var (certificate, key) = Certify(folder.FullName);
            FleetServer Start(string? cpus) =>
                FleetServer.Start(checkpoint, "cpu", threads: 0, cpus, "--tls-certificate", certificate, "--tls-key", key, "--openpi-port", "0", "--max-sessions", "1024"); // who is refused does not stand
            using var server = Start(null);
            using var another = clientCpus is null ? null : Start(clientCpus);
            var report = await MeasureAsync(server, another, certificate, idle, dripping, duration, rounds, clientCpus);
            Print(report, checkpoint, duration, rounds);
            if (json is not null) JsonReport.Write(json, report);
        }
        finally { folder.Delete(recursive: true); }
    }

    private static async Task<SlowClientsReport> MeasureAsync(
        FleetServer server, FleetServer? another, string certificate, int idle, int dripping, TimeSpan duration, int rounds, string? clientCpus)
    {
        using var channel = ServiceChannel.Create(server.Address, new ServiceCredentials { AuthoritiesFile = certificate });
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, CancellationToken.None)).Info;
        var robot = new ServedRobot(policy, ImageEncoding.Jpeg, 224, 224);
        await FleetRobot.RunAsync(channel, robot, 0, RateHz, WarmUp);
        var handles = server.Handles;
        var (alone, elsewhere, beside, stood) = (new List<FleetRobotResult>(), new List<FleetRobotResult>(), new List<FleetRobotResult>(), new List<SlowKindRow>());
        Task<FleetRobotResult> DriveAsync() => FleetRobot.RunAsync(channel, robot, 0, RateHz, duration);
        Task<CrowdProcess> HoldAsync(FleetServer held) => CrowdProcess.StartAsync(held.Addresses.Select(address => new Uri(address).Port), idle, dripping, clientCpus);
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(await DriveAsync());
            if (another is not null)
            {
                await using var there = await HoldAsync(another);
                elsewhere.Add(await DriveAsync());
            }

            await using var crowd = await HoldAsync(server);
            beside.Add(await DriveAsync());
            if (round == rounds - 1) stood.AddRange(await crowd.OutlastAsync());
        }

        var settled = await SettledAsync(server, handles);
        Turn[] turns = [.. Enumerable.Range(0, rounds).Select(round => new Turn(Of(alone[round]), another is null ? null : Of(elsewhere[round]), Of(beside[round])))];
        return new(
            Environment.CommandLine, Hardware.Describe(), Row("alone", alone), another is null ? null : Row("these at another server", elsewhere), Row($"beside {idle} idle, {dripping} dripping", beside), turns, stood, handles, settled);
    }

    // What is left of connections that were closed is cleared away in a moment.
    private static async Task<int> SettledAsync(FleetServer server, int before)
    {
        for (var tries = 0; tries < 100 && server.Handles > before; tries++) await Task.Delay(100);
        return server.Handles;
    }

    private static RobotRow Row(string name, List<FleetRobotResult> turns)
    {
        var timing = Timing.Of([.. turns.SelectMany(turn => turn.LatenciesMs)]);
        return new(name, turns.Sum(t => t.Posted), turns.Sum(t => t.LatenciesMs.Count), turns.Sum(t => t.Superseded + t.Unanswered), turns.Sum(t => t.Late), turns.Sum(t => t.Broken), timing.MedianMs, timing.P95Ms, timing.P99Ms);
    }

    private static Timing Of(FleetRobotResult turn) => Timing.Of([.. turn.LatenciesMs]);

    private static void Print(SlowClientsReport report, string checkpoint, TimeSpan duration, int rounds)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);   // in a file, too
        Console.WriteLine($"""
            {checkpoint} over TLS; one robot at {RateHz} Hz, two 224x224 JPEG cameras, a budget of 210 ms; {rounds} turns of {duration.TotalSeconds} s of each kind; {report.Hardware}
            unused  superseded or run out of budget; lost: never answered, or answered twice
            ratio   of one turn's to the other's in the same round, the median of all rounds: one that other work on the machine disturbs counts as one
            """);
        var robots = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["robot", "sent", "chunks", "unused", "late", "lost", "p50 ms", "p95 ms", "p99 ms"]) robots.AddColumn(new TableColumn(column).NoWrap());
        foreach (var r in ((RobotRow?[])[report.Alone, report.Elsewhere, report.Beside]).OfType<RobotRow>()) robots.AddRow(r.Name, $"{r.Sent}", $"{r.Chunks}", $"{r.Unused}", $"{r.Late}", $"{r.Lost}", Text.Number(r.P50Ms, 2), Text.Number(r.P95Ms, 2), Text.Number(r.P99Ms, 2));
        void Ratio(string name, Func<Turn, Timing> to)
        {
            string Median(Func<Timing, double> of) => Text.Number(Timing.Of([.. report.Turns.Select(turn => of(turn.Beside) / of(to(turn)))]).MedianMs, 2);
            robots.AddRow(name, "", "", "", "", "", Median(one => one.MedianMs), Median(one => one.P95Ms), Median(one => one.P99Ms));
        }

        Ratio("ratio to alone", turn => turn.Alone);
        if (report.Elsewhere is not null) Ratio("ratio to another server's", turn => turn.Elsewhere!.Value);
        AnsiConsole.Write(robots);
        var kinds = new Table().Border(TableBorder.Rounded).AddColumn("client").AddColumn("connections").AddColumn("closed after at most, s");
        foreach (var kind in report.Kinds) kinds.AddRow(kind.Name, $"{kind.Connections}", Text.Number(kind.LongestSeconds, 1));
        AnsiConsole.Write(kinds);
        Console.WriteLine($"the server's handles: {report.HandlesBefore} before, {report.HandlesAfter} after");
    }

    // A certificate that vouches for itself.
    private static (string Certificate, string Key) Certify(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (file, keyFile) = (Path.Combine(folder, "server.crt"), Path.Combine(folder, "server.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    private sealed record SlowClientsReport(string Command, string Hardware, RobotRow Alone, RobotRow? Elsewhere, RobotRow Beside, IReadOnlyList<Turn> Turns, IReadOnlyList<SlowKindRow> Kinds, int HandlesBefore, int HandlesAfter);

    private sealed record Turn(Timing Alone, Timing? Elsewhere, Timing Beside);

    private sealed record RobotRow(string Name, int Sent, int Chunks, int Unused, int Late, int Lost, double P50Ms, double P95Ms, double P99Ms);
}
