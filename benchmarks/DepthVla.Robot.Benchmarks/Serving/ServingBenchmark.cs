using System.Diagnostics;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Learning.Evaluation.Results;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks.Serving;

/// <summary>What serving costs above the model: from handing over an observation to holding its chunk, with a policy that answers at once.</summary>
internal static class ServingBenchmark
{
    private const int FewestWarmUps = 200;

    // Until the last method has its final code at both ends; less shows in every percentile.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    private static readonly (string Name, ImageEncoding Encoding, int Width, int Height)[] Frames =
        [("JPEG 224x224", ImageEncoding.Jpeg, 224, 224), ("RGB 224x224", ImageEncoding.Rgb8, 224, 224), ("JPEG 640x480", ImageEncoding.Jpeg, 640, 480), ("RGB 640x480", ImageEncoding.Rgb8, 640, 480)];

    /// <param name="rounds">Measured observations a row.</param>
    /// <param name="openpi">A checkout of openpi, to measure its server too; null for none.</param>
    /// <param name="python">That can run it.</param>
    /// <param name="json">Where every figure goes; null for nowhere.</param>
    internal static async Task RunAsync(int rounds, string? openpi, string python, string? json)
    {
        var rows = new List<ServingRow>();
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("frames").NoWrap());
        foreach (var column in (string[])["bytes", "p50 ms", "p95 ms", "p99 ms", "echo p50", "× echo"])
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var cameras in (int[])[2, 3])
        {
            using var server = InstantServer.Start(cameras);
            foreach (var (name, encoding, width, height) in Frames)
            {
                var robot = new ServedRobot(InstantPolicy.InfoOf(cameras), encoding, width, height);
                var served = await MeasureAsync(server.Address, robot, rounds);
                var echo = LoopbackEcho.Measure(robot.ObservationBytes, robot.ChunkBytes(new InstantPolicy(cameras)), FewestWarmUps, rounds);
                rows.Add(new($"{cameras} x {name}", robot.ObservationBytes, served, echo));
                table.AddRow(
                    $"{cameras} x {name}", $"{robot.ObservationBytes}", Text.Number(served.MedianMs, 3), Text.Number(served.P95Ms, 3),
                    Text.Number(served.P99Ms, 3), Text.Number(echo.MedianMs, 3), Text.Number(served.MedianMs / echo.MedianMs, 1));
            }

            if (openpi is null) continue;
            var jpegBytes = new ServedRobot(InstantPolicy.InfoOf(cameras), ImageEncoding.Jpeg, 224, 224).FrameBytes;
            foreach (var (frames, timing) in OpenPiServer.Measure(openpi, python, cameras, jpegBytes, rounds))
            {
                rows.Add(new($"{cameras} x {frames}", null, timing, null));
                table.AddRow(frames, "", Text.Number(timing.MedianMs, 3), Text.Number(timing.P95Ms, 3), Text.Number(timing.P99Ms, 3), "", "");
            }
        }

        Console.WriteLine($"""
            {rounds} observations a row, one at a time, each sent when the last was answered; {Environment.ProcessorCount} cores for client and server together
            included      from PolicySession.Post to the chunk: protobuf, gRPC and HTTP/2 at both ends, loopback TCP, all checks, the queue, the inference thread
            not included  the model; decoding and resizing pictures, which the policy does and the server never (see `jpeg`); capturing and encoding on the robot
            openpi        its own server and client (WebSocket, MessagePack), its policy answers at once, too; its clients send pixels, so RGB is what compares with our JPEG
            echo          the same number of bytes there and a chunk's back over bare TCP, between two threads: no work at either end
            """);
        AnsiConsole.Write(table);
        if (json is not null) JsonReport.Write(json, new { Command = Environment.CommandLine, Rounds = rounds, Hardware = Hardware.Describe(), Runtime = Environment.Version.ToString(), Rows = rows });
    }

    private sealed record ServingRow(string Frames, int? Bytes, Timing Served, Timing? Echo);

    private static async Task<Timing> MeasureAsync(string address, ServedRobot robot, int rounds)
    {
        using var channel = ServiceChannel.Create(address);
        await using var session = await PolicySession.OpenAsync(channel, robot.Contract, MonotonicClock.System, CancellationToken.None);
        await using var events = session.ReceiveAsync().GetAsyncEnumerator();
        var sequence = 0L;

        async Task<double> AskAsync()
        {
            var observation = robot.Observe(++sequence);
            var start = Stopwatch.GetTimestamp();
            session.Post(observation);
            var told = await events.MoveNextAsync() ? events.Current : null;
            var elapsed = Stopwatch.GetElapsedTime(start);
            return told is ChunkArrived(var chunk) && chunk.BasedOnSequence == sequence
                ? elapsed.TotalMilliseconds
                : throw new InvalidOperationException($"observation {sequence} was answered with {told}");
        }

        for (var start = Stopwatch.GetTimestamp(); sequence < FewestWarmUps || Stopwatch.GetElapsedTime(start) < WarmUp;) await AskAsync();
        var samples = new double[rounds];
        for (var i = 0; i < rounds; i++) samples[i] = await AskAsync();
        return Timing.Of(samples);
    }
}
