using DepthVla.Robot.Benchmarks.Serving;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Time;
using Grpc.Net.Client;

namespace DepthVla.Robot.Benchmarks.Fleet;

/// <summary>What one robot saw of the server.</summary>
/// <param name="PromisedHz">Observations a second.</param>
/// <param name="LatenciesMs">From capture to having the chunk, one a chunk.</param>
/// <param name="Posted">Observations that left.</param>
/// <param name="Superseded">Answered so.</param>
/// <param name="Unanswered">Answered otherwise, without a chunk.</param>
/// <param name="Late">Chunks that came after their budget.</param>
/// <param name="Broken">Answers to nothing that was asked, twice, or not in the order in which they were asked; and questions never answered.</param>
internal sealed record FleetRobotResult(double PromisedHz, List<double> LatenciesMs, int Posted, int Superseded, int Unanswered, int Late, int Broken);

/// <summary>Looks at a steady rate, whatever the server does, and counts every answer.</summary>
internal static class FleetRobot
{
    private const double BudgetMs = 210;

    /// <summary>Runs for some seconds, then waits until all is answered.</summary>
    internal static async Task<FleetRobotResult> RunAsync(GrpcChannel channel, ServedRobot robot, int number, double rateHz, TimeSpan duration)
    {
        var contract = robot.Contract with { RobotId = $"fleet-{number}", ObservationRateHz = rateHz };
        await using var session = await PolicySession.OpenAsync(channel, contract, MonotonicClock.System, CancellationToken.None);
        var open = new Dictionary<long, long>();   // by number, when captured
        var (latencies, gate) = (new List<double>(), new Lock());
        int posted = 0, superseded = 0, unanswered = 0, late = 0, broken = 0;
        var last = 0L;
        var listening = Task.Run(async () =>
        {
            await foreach (var told in session.ReceiveAsync())
            {
                var (answered, isChunk) = told switch
                {
                    ChunkArrived(var chunk) => (chunk.BasedOnSequence, true),
                    ObservationUnanswered none => (none.BasedOnSequence, false),
                    _ => (0L, false),
                };
                lock (gate)
                {
                    if (answered == 0) continue;
                    if (!open.Remove(answered, out var capturedNs)) broken++;
                    if (isChunk)
                    {
                        if (answered <= last) broken++;    // the newest wins: chunks never go back in time
                        last = answered;
                        var ms = (MonotonicClock.System.NowNs - capturedNs) * 1e-6;
                        latencies.Add(ms);
                        if (ms > BudgetMs) late++;
                    }
                    else if (told is ObservationUnanswered { Result: UnansweredResult.Superseded }) superseded++;
                    else unanswered++;
                }
            }
        });

        await Task.Delay(TimeSpan.FromSeconds(new Random(number).NextDouble() / rateHz));   // robots are not in step
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / rateHz));
        var endNs = MonotonicClock.System.NowNs + (long)duration.TotalNanoseconds;
        for (var sequence = 1L; MonotonicClock.System.NowNs < endNs; sequence++)
        {
            var observation = robot.Observe(sequence) with { BudgetNs = (long)(BudgetMs * 1e6) };
            lock (gate) open[sequence] = observation.CaptureTimeNs;
            if (session.Post(observation) is { } displaced)
            {
                lock (gate) open.Remove(displaced);    // never left
                posted--;
            }

            posted++;
            await timer.WaitForNextTickAsync();
        }

        await session.CompleteAsync();
        await listening;
        return new(session.PromisedRateHz, latencies, posted, superseded, unanswered, late, broken + open.Count);
    }
}
