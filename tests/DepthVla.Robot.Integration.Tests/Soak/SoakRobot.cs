using System.Collections.Concurrent;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Soak;

/// <summary>A robot that looks at a steady rate, goes to the next server when it must, and keeps count of every observation, by the process that had it.</summary>
internal sealed class SoakRobot(string name, int first, IReadOnlyList<SoakServer> servers, ServiceCredentials credentials) : IDisposable
{
    private const long BudgetNs = 210_000_000;

    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _over = new();
    private int _next = first;
    private CancellationTokenSource? _kill;

    /// <summary>What each process of a server had from this robot.</summary>
    internal ConcurrentDictionary<int, RobotCount> Counts { get; } = new();

    /// <summary>Sessions that ended otherwise than by this robot's or an operator's will, and answers that should not have been.</summary>
    internal ConcurrentQueue<string> Wrongs { get; } = new();

    /// <summary>Goes on from one session to the next until <see cref="Finish"/>.</summary>
    internal async Task RunAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var server = servers[_next++ % servers.Count];
            if (server.ProcessId is var process && process == 0) continue;
            try { await LiveAsync(server, process); }
            catch (Exception e) when (e is PolicyUnavailableException or RobotTakenException) { await Task.Delay(Impatience); } // not there now, or its last session not yet over
        }
    }

    /// <summary>As if this robot lost its power: the connection is cut in the middle of whatever it was doing.</summary>
    internal void Kill() => Volatile.Read(ref _kill)?.Cancel();

    /// <summary>Asks nothing more, hears every answer, and ends.</summary>
    internal void Finish() => _over.Cancel();

    public void Dispose() => _over.Dispose();

    private async Task LiveAsync(SoakServer server, int process)
    {
        using var kill = new CancellationTokenSource();
        using var channel = ServiceChannel.Create(server.Address, credentials);
        var policy = (await RemotePolicy.ConnectAsync(channel, MonotonicClock.System, CancellationToken.None)).Info;
        var contract = SessionRobot.Contract(policy, name);
        await using var session = await PolicySession.OpenAsync(channel, contract, MonotonicClock.System, CancellationToken.None);
        if (server.ProcessId != process) return;                                                 // another one by now: whose session is this?
        var count = Counts.GetOrAdd(process, _ => new());
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(kill.Token, _over.Token);
        var open = new ConcurrentDictionary<long, long>(); // by number, when captured
        Volatile.Write(ref _kill, kill);
        var listening = ListenAsync(session, count, open, leaving, kill);
        for (var sequence = 1L; !leaving.IsCancellationRequested; sequence++)
        {
            var observation = SessionRobot.Observe(policy, sequence) with { BudgetNs = BudgetNs };
            open[sequence] = observation.CaptureTimeNs;
            if (session.Post(observation) is { } displaced) open.TryRemove(displaced, out _); // never left
            else count.Asked++;
            try { await Task.Delay(TimeSpan.FromSeconds(1 / SessionRobot.RateHz), leaving.Token); }
            catch (OperationCanceledException) { break; }
        }

        if (!kill.IsCancellationRequested) await session.CompleteAsync();
        else channel.Dispose();
        await listening;
        Volatile.Write(ref _kill, null);
        if (kill.IsCancellationRequested) count.Abandoned += open.Count;
        else if (!open.IsEmpty) Wrongs.Enqueue($"{name}: never answered by {server.Address}: {string.Join(", ", open.Keys.Order())}");
    }

    private async Task ListenAsync(PolicySession session, RobotCount count, ConcurrentDictionary<long, long> open, CancellationTokenSource leaving, CancellationTokenSource kill)
    {
        var last = 0L;
        try
        {
            await foreach (var told in session.ReceiveAsync(kill.Token))
            {
                if (told is ServerDraining) await leaving.CancelAsync();
                var answered = told switch { ChunkArrived(var one) => one.BasedOnSequence, ObservationUnanswered one => one.BasedOnSequence, _ => 0 };
                if (answered == 0) continue;
                if (!open.TryRemove(answered, out var capturedNs)) Wrongs.Enqueue($"{name}: {answered} was answered, which was not asked, or twice");
                if (told is ObservationUnanswered unanswered) count.Unanswered.AddOrUpdate(unanswered.Result, 1, (_, before) => before + 1);
                if (told is not ChunkArrived(var chunk)) continue;
                if (answered <= last) Wrongs.Enqueue($"{name}: a chunk for {answered} after one for {last}");
                last = answered;
                count.Hashes.AddOrUpdate(chunk.ModelHash, 1, (_, before) => before + 1);
                count.LatenciesMs.Add((MonotonicClock.System.NowNs - capturedNs) * 1e-6);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or PolicyServiceException && kill.IsCancellationRequested) { } // cut by ourselves
        catch (PolicyServiceException e)
        {
            Wrongs.Enqueue($"{name}: its session ended with {e.Status} {e.Reason}: {e.Message}");
            await kill.CancelAsync();
        }
    }
}

/// <summary>What a robot asked one process, and heard. Asked and written by its own session alone.</summary>
internal sealed class RobotCount
{
    /// <summary>Observations that left, or were about to.</summary>
    internal int Asked { get; set; }

    /// <summary>Without an answer when the robot was killed.</summary>
    internal int Abandoned { get; set; }

    /// <summary>One a chunk, from capture, ms.</summary>
    internal ConcurrentBag<double> LatenciesMs { get; } = [];

    /// <summary>Chunks, by the model that they say they are of.</summary>
    internal ConcurrentDictionary<string, int> Hashes { get; } = new();

    /// <summary>Answers that are no chunk.</summary>
    internal ConcurrentDictionary<UnansweredResult, int> Unanswered { get; } = new();
}
