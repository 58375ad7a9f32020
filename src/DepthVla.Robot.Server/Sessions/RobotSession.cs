using System.Globalization;
using System.Threading.Channels;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Tracing;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>What every session shares.</summary>
internal sealed record SessionServices(
    InferenceQueue Queue, MonotonicClock Clock, ServerMetrics Metrics, DepthOnRequest Depth, ObservationTracing Tracing, Refusals Refusals, ILogger<RobotSession> Logger);

/// <summary>One robot's stream after its contract was accepted: reads observations, queues the newest, writes every answer.</summary>
/// <remarks>
/// Two loops: one reads, one writes from the outbox; the inference thread only ever drops answers into the outbox. Each observation holds a
/// credit from before it is read until its answer is written, so the outbox is bounded though putting into it never waits, and a client that
/// does not take its answers is first no longer read and then, after the send timeout, disconnected.
/// </remarks>
internal sealed class RobotSession(string id, Agreement agreed, string caller, ObservationCheck check, SessionServices services) : IAsker, IDisposable
{
    internal const int Credits = 64;
    private const int Unasked = Credits - 1; // the wait to read holds one

    // Who comes this part of a period after the observation answered last still keeps to the promised rate: timers are not exact.
    private const double Jitter = 0.8;

    private readonly PolicyMemory _memory = new();
    private readonly ObservationAllowance _allowance = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _credits = new(Credits);
    private readonly Channel<Outgoing> _outbox = Channel.CreateUnbounded<Outgoing>(new() { SingleReader = true });
    private RpcException? _whyEnded;
    private long _lastSequence;
    private long _dueNs;
    private long _restsSinceNs = services.Clock.NowNs;

    public string Id => id;

    public RobotContract Contract => agreed.Contract;

    /// <inheritdoc/>
    public ServedModel Model => agreed.Model;

    public bool IsRobot => true;

    /// <summary>What it is doing, for those who watch.</summary>
    public RobotActivity Activity { get; } = new(services.Clock);

    /// <summary>Observations a second that it was promised; set before it runs.</summary>
    public double PromisedRateHz { get; set; } = double.PositiveInfinity;

    /// <summary>Who opened it, by name.</summary>
    public string Caller => caller;

    /// <summary>For how long it has asked nothing and waited for nothing, s.</summary>
    public double RestingSeconds => _credits.CurrentCount < Unasked ? 0 : (services.Clock.NowNs - Volatile.Read(ref _restsSinceNs)) * 1e-9;

    /// <summary>Cancelled by <see cref="End"/>.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>What <see cref="End"/> was told; null before.</summary>
    public RpcException? WhyEnded => Volatile.Read(ref _whyEnded);

    /// <inheritdoc/>
    public bool Fits(PolicyInfo policy) => policy == agreed.Policy || (PolicyFit.IsAlike(policy, agreed.Policy) && ContractCheck.Differences(Contract, policy).IsEmpty);

    /// <summary>Ends it. Returns at once.</summary>
    /// <param name="why">What its robot is told; the first is.</param>
    public void End(RpcException why)
    {
        Interlocked.CompareExchange(ref _whyEnded, why, null);
        _ = _ended.CancelAsync();
    }

    /// <summary>Drops what the policy kept of its robot: another answers from now on.</summary>
    public void Forget() => _memory.Take()?.Dispose();

    /// <summary>Serves the stream until the client has heard all it asked for, or <paramref name="end"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="end"/>, or the client takes no answers.</exception>
    /// <exception cref="RpcException">The client broke the protocol, or sends far too often.</exception>
    public async Task RunAsync(IAsyncStreamReader<Wire.ActRequest> requests, TimedWriter writer, CancellationToken end)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(end);
        var sending = SendAsync(writer, ending);
        try
        {
            await ReceiveAsync(requests, ending.Token);

            // The client has no more to ask: with all credits back, nothing is owed.
            for (var i = 0; i < Unasked; i++) await _credits.WaitAsync(ending.Token);
        }
        finally
        {
            services.Queue.Withdraw(this);
            _outbox.Writer.TryComplete();
            await sending;
        }
    }

    /// <inheritdoc/>
    public void Answer(PendingObservation asked, SessionEvent answer)
    {
        if (answer is ChunkArrived(var chunk))
        {
            _allowance.GiveBack();
            Volatile.Write(ref _dueNs, asked.ReceivedNs + (long)(Jitter * 1e9 / PromisedRateHz));
            if (chunk.Depth.Length > 0) Activity.Saw(asked.Observation.Sequence, chunk.Depth);
            if (asked.DepthForWatchers) answer = new ChunkArrived(chunk with { Depth = [] });
        }
        else if (answer is ObservationUnanswered { Result: UnansweredResult.Expired }) Activity.Expired();

        Answer(answer, asked);
    }

    /// <summary>Tells the client something it did not ask for. Returns at once; thread-safe.</summary>
    public void Tell(SessionEvent told) => _outbox.Writer.TryWrite(new(told, null, Credit: false));

    /// <summary>After <see cref="RunAsync"/>. An answer that comes later is dropped.</summary>
    public void Dispose()
    {
        _credits.Dispose();
        _memory.Dispose();
        _ended.Dispose();
    }

    private async Task ReceiveAsync(IAsyncStreamReader<Wire.ActRequest> requests, CancellationToken ending)
    {
        while (true)
        {
            await _credits.WaitAsync(ending);
            if (!await requests.MoveNext(ending)) return;
            var request = requests.Current;
            switch (request.RequestCase)
            {
                case Wire.ActRequest.RequestOneofCase.Observation:
                    Receive(request.Observation);
                    break;
                case Wire.ActRequest.RequestOneofCase.Contract:
                    throw services.Refusals.Because(StatusCode.FailedPrecondition, Reasons.ContractRepeated, "A stream has one contract; open another stream for another.");
                default:
                    throw services.Refusals.Because(StatusCode.InvalidArgument, Reasons.MalformedMessage, "A request without an observation.");
            }
        }
    }

    private void Receive(Wire.Observation message)
    {
        var receivedNs = services.Clock.NowNs;
        if (!_allowance.TryTake(receivedNs, PromisedRateHz)) throw TooMany();
        var refusal = RefuseAsNext(message);
        if (refusal is null && check.TryRead(message, out var observation, out refusal))
        {
            Activity.Saw(observation);
            var forWatchers = !observation.WantDepth && services.Depth.Grants(Activity);
            observation = observation with { Memory = _memory, WantDepth = observation.WantDepth || forWatchers };
            var pending = new PendingObservation(this, observation, receivedNs, message.AgeNs)
            {
                QueuedNs = services.Clock.NowNs, DueNs = Volatile.Read(ref _dueNs), DepthForWatchers = forWatchers,
            };
            if (services.Queue.Put(pending) is { } superseded)
            {
                Answer(new ObservationUnanswered(superseded.Observation.Sequence, UnansweredResult.Superseded), superseded);
            }

            return;
        }

        services.Metrics.Rejected[refusal!.Reason].Increment();
        Answer(new ObservationUnanswered(message.Sequence, UnansweredResult.Invalid, refusal.Reason, refusal.Message), asked: null);
    }

    private RpcException TooMany() => services.Refusals.Later(StatusCode.ResourceExhausted, Reasons.TooManyObservations, string.Create(CultureInfo.InvariantCulture,
        $"'{Contract.RobotId}' was promised {PromisedRateHz:0.#} observations/s, and sends more than {ObservationAllowance.Factor} times as many that cannot be answered; send as many as were promised."));

    private Refusal? RefuseAsNext(Wire.Observation message)
    {
        if (message.SessionId != id) return new(Reasons.SessionWrong, "session_id", $"expected {id}, this stream's");
        if (message.Sequence <= _lastSequence) return new(Reasons.SequenceNotRising, "sequence", $"expected more than {_lastSequence}, got {message.Sequence}");
        _lastSequence = message.Sequence;
        return null;
    }

    private void Answer(SessionEvent answer, PendingObservation? asked)
    {
        services.Metrics.Observations[ResultOf(answer)].Increment();
        _outbox.Writer.TryWrite(new(answer, asked, Credit: true));
    }

    /// <summary>Writes until the outbox is complete or nothing can be written any more, then cancels <paramref name="ending"/>.</summary>
    private async Task SendAsync(TimedWriter writer, CancellationTokenSource ending)
    {
        try
        {
            await foreach (var outgoing in _outbox.Reader.ReadAllAsync(ending.Token))
            {
                await writer.WriteAsync(outgoing.Told.ToWire(id));
                if (outgoing is { Told: ChunkArrived(var chunk), Asked: { } asked }) Observe(chunk, asked);
                if (!outgoing.Credit) continue;
                Volatile.Write(ref _restsSinceNs, services.Clock.NowNs);
                _credits.Release();
            }
        }
        catch (TimeoutException)
        {
            services.Metrics.Rejected[Reasons.ClientNotReading].Increment();
            services.Logger.NotReading(Contract.RobotId, id);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // the stream is gone
        }
        finally
        {
            await ending.CancelAsync(); // what cannot be answered need not be read
        }
    }

    private void Observe(ActionChunk chunk, PendingObservation asked)
    {
        var sentNs = services.Clock.NowNs;
        var ageNs = asked.AgeAt(sentNs);
        services.Metrics.ChunkLatency.Observe(ageNs);
        services.Metrics.ModelLatency[Model.Name].Observe(ageNs);
        if (sentNs > asked.DeadlineNs && !chunk.BudgetMissed) services.Metrics.DeadlineMissed["send"].Increment();
        Activity.Answered(ageNs, sentNs <= asked.DeadlineNs);
        services.Tracing.Record(Contract.RobotId, id, asked, chunk, sentNs);
    }

    private static string ResultOf(SessionEvent answer) => answer switch
    {
        ObservationUnanswered { Result: UnansweredResult.Superseded } => "superseded",
        ObservationUnanswered { Result: UnansweredResult.Expired } => "expired",
        ObservationUnanswered { Result: UnansweredResult.Invalid } => "invalid",
        ObservationUnanswered => "failed",
        _ => "used",
    };

    /// <summary>What waits to be written.</summary>
    /// <param name="Told">The message.</param>
    /// <param name="Asked">The observation it answers, where that was valid.</param>
    /// <param name="Credit">Whether writing it settles an observation.</param>
    private readonly record struct Outgoing(SessionEvent Told, PendingObservation? Asked, bool Credit);
}
