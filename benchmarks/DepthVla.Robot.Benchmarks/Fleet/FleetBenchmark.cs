using DepthVla.Robot.Benchmarks.Serving;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Fleet;

/// <summary>So many robots at one server, each at its rate: how long their answers take, who is refused, whether anything is lost.</summary>
internal static class FleetBenchmark
{
    /// <param name="checkpoint">What to serve; null for a policy that answers at once.</param>
    /// <param name="device">Where the server computes.</param>
    /// <param name="threads">Of the server's arithmetic; 0 leaves it to the server.</param>
    /// <param name="fleets">How many robots, one row each.</param>
    /// <param name="rateHz">Observations a second and robot.</param>
    /// <param name="duration">Of each row.</param>
    /// <param name="json">Where every figure goes; null for nowhere.</param>
    /// <param name="png">Where latency against robots is drawn; null for nowhere.</param>
    internal static async Task RunAsync(string? checkpoint, string device, int threads, IReadOnlyList<int> fleets, double rateHz, TimeSpan duration, string? json, string? png)
    {
        using var server = FleetServer.Start(checkpoint, device, threads);
        var rows = new List<FleetRow>();
        foreach (var robots in fleets) rows.Add(await MeasureAsync(server, robots, rateHz, duration));
        Print(rows, checkpoint, rateHz, duration);
        if (json is not null)
        {
            JsonReport.Write(json, new { Command = Environment.CommandLine, Checkpoint = checkpoint, Device = device, RateHz = rateHz, Seconds = duration.TotalSeconds, Hardware = Hardware.Describe(), Runtime = Environment.Version.ToString(), Rows = rows });
        }

        if (png is not null)
        {
            Curve Of(string name, Func<FleetRow, double> value) => new(name, [.. rows.Where(r => r.Answered > 0).Select(r => ((double)r.Robots, value(r)))]);
            Curve[] curves = [Of("p50", r => r.P50Ms), Of("p95", r => r.P95Ms), Of("p99", r => r.P99Ms)];
            await File.WriteAllBytesAsync(png, PngCodec.Encode(LineChart.Draw($"capture to chunk, ms, by robots at {rateHz} Hz", curves, new ImageSize(720, 400))));
        }
    }

    private static async Task<FleetRow> MeasureAsync(FleetServer server, int robots, double rateHz, TimeSpan duration)
    {
        using var channel = ServiceChannel.Create(server.Address);
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, CancellationToken.None)).Info;
        var robot = new ServedRobot(policy, ImageEncoding.Jpeg, 224, 224);
        var before = server.ResidentMiB;
        var running = Enumerable.Range(0, robots).Select(i => FleetRobot.RunAsync(channel, robot, i, rateHz, duration)).ToArray();
        var results = new List<FleetRobotResult>();
        var refused = 0;
        foreach (var one in running)
        {
            try { results.Add(await one); }
            catch (PolicyServiceException e) when (e.Reason == Reasons.NoCapacity) { refused++; }
        }

        var latencies = results.SelectMany(r => r.LatenciesMs).Order().ToArray();
        double At(double share) => latencies.Length == 0 ? double.NaN : latencies[(int)(share * (latencies.Length - 1))];
        return new(robots, refused, results.Sum(r => r.PromisedHz), results.Sum(r => r.Posted), latencies.Length, At(0.5), At(0.95), At(0.99), At(1),
            results.Sum(r => r.Late), results.Sum(r => r.Superseded), results.Sum(r => r.Unanswered), results.Sum(r => r.Broken), before, server.ResidentMiB);
    }

    private static void Print(List<FleetRow> rows, string? checkpoint, double rateHz, TimeSpan duration)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);   // in a file, too
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["robots", "refused", "promised/s", "sent", "chunks", "p50 ms", "p95 ms", "p99 ms", "max ms", "late", "superseded", "expired", "broken", "server MB"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var r in rows)
        {
            table.AddRow($"{r.Robots}", $"{r.Refused}", Text.Number(r.PromisedHz, 1), $"{r.Sent}", $"{r.Answered}", Text.Number(r.P50Ms, 2), Text.Number(r.P95Ms, 2), Text.Number(r.P99Ms, 2),
                Text.Number(r.MaxMs, 1), $"{r.Late}", $"{r.Superseded}", $"{r.Unanswered}", $"{r.Broken}", $"{Text.Number(r.BeforeMb, 0)} - {Text.Number(r.AfterMb, 0)}");
        }

        Console.WriteLine($"""
            {(checkpoint is null ? "a policy that answers at once" : checkpoint)}; robots at {rateHz} Hz with two 224x224 JPEG cameras and a budget of 210 ms, {duration.TotalSeconds} s a row; {Hardware.Describe()}
            refused     by admission: the others were promised what there is
            late        chunks that came after their budget; superseded: a newer observation of the same robot took its place
            broken      questions without an answer, answers without a question, chunks that went back in time: 0 is the promise
            """);
        AnsiConsole.Write(table);
    }

    private sealed record FleetRow(
        int Robots, int Refused, double PromisedHz, int Sent, int Answered, double P50Ms, double P95Ms, double P99Ms, double MaxMs, int Late, int Superseded, int Unanswered, int Broken,
        double BeforeMb, double AfterMb);
}
