using System.Collections.Concurrent;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>Keeps a session with a policy server open, for ever, and lays every sound chunk before the control thread.</summary>
/// <remarks>
/// A lost session is opened anew, with a fresh contract, after 0.1 to 1 s, at the next server where there are several; so it is left, too, when its server
/// says that it goes away. Nothing that was sent or planned before is sent or planned again. What the arm does meanwhile is the control loop's business alone. A chunk goes where its observation said, and nowhere else: an
/// answer that comes when another loop controls the arm is laid before the one that has ended.
/// </remarks>
/// <param name="servers">Where to turn; stays the caller's.</param>
/// <param name="contract">What the robot offers; rates of 0 are replaced by the policy's own.</param>
/// <param name="landing">What becomes of a chunk.</param>
/// <param name="statistics">What became of the observations.</param>
/// <param name="clock">The robot's.</param>
/// <param name="logger">What people should know.</param>
internal sealed class PolicyLink(
    PolicyEndpoints servers, RobotContract contract, ChunkLanding landing, LinkStatistics statistics, MonotonicClock clock, ILogger<PolicyLink> logger)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    // Several seconds of observations, with all their pictures: what is answered later moves nothing any more.
    private const int MostInFlight = 64;

    private readonly ConcurrentDictionary<long, (Observation Observation, PlanSlot Plans)> _inFlight = new();
    private IPolicySession? _session;
    private PolicyInfo? _policy;
    private long _sequence;
    private string? _withheld;
    private double _clockOffset = double.NaN;

    /// <summary>The policy of the newest session; null before the first. Any thread.</summary>
    public PolicyInfo? Policy => Volatile.Read(ref _policy);

    /// <summary>How often to look: as the robot wants, but no more often than the server promised to answer; Hz. Any thread.</summary>
    public double ObservationRateHz => Volatile.Read(ref _session) is { } session
        ? Math.Min(ObservationRate.Of(contract.ObservationRateHz, session.Policy), session.PromisedRateHz) : ObservationRate.Of(contract.ObservationRateHz, null);

    /// <summary>The server of the session, or the one that is tried. Any thread.</summary>
    public string Address => servers.Address;

    /// <summary>Why observations are kept back; null while they are not. Any thread.</summary>
    public string? Withheld => Volatile.Read(ref _withheld);

    /// <summary>True while a session is open. Any thread.</summary>
    public bool IsOpen => Volatile.Read(ref _session) is not null;

    /// <summary>How many observations wait for an answer. Any thread.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>How far ahead of this computer's wall clock the server's was when the newest session opened, s, to half of what opening it took; NaN before that. Any thread.</summary>
    public double ServerClockOffset => Volatile.Read(ref _clockOffset);

    /// <summary>The wall clock, for that alone.</summary>
    public TimeProvider Wall { get; init; } = TimeProvider.System;

    /// <summary>How many steps of a chunk are over when it arrives.</summary>
    public AnswerDelay Delay => landing.Delay;

    /// <summary>Told of every chunk with the observation it answers, on the link's own thread.</summary>
    public Action<Observation, ActionChunk>? Answered { get; init; }

    /// <summary>Told of everything that the server tells, on the link's own thread.</summary>
    public Action<SessionEvent>? Told { get; init; }

    /// <summary>A number for an observation that no other has. Any thread.</summary>
    public long NextSequence() => Interlocked.Increment(ref _sequence);

    /// <summary>Hands an observation to the open session. False when there is none.</summary>
    /// <param name="observation">Its number is from <see cref="NextSequence"/>.</param>
    /// <param name="plans">Where the chunk that answers it goes, if sound.</param>
    public bool TryPost(Observation observation, PlanSlot plans)
    {
        if (Volatile.Read(ref _session) is not { } session) return false;
        Forget(observation.Sequence - MostInFlight);
        _inFlight[observation.Sequence] = (observation, plans);
        try
        {
            var displaced = session.Post(observation);
            if (displaced is { } older) _inFlight.TryRemove(older, out _);
            statistics.Sent(displaced is not null);
            return true;
        }
        catch (InvalidObservationException e)
        {
            _inFlight.TryRemove(observation.Sequence, out _);
            logger.CannotSend(observation.Sequence, e.Message);
            return false;
        }
    }

    // A server that never answers shall not fill the memory.
    private void Forget(long upTo)
    {
        foreach (var (sequence, _) in _inFlight) if (sequence <= upTo) _inFlight.TryRemove(sequence, out _);
    }

    /// <summary>Notes that an observation is not sent for what its frames show, or with null that all is well. The observing thread alone.</summary>
    public void Withhold(string? fault)
    {
        if (fault is not null) statistics.Withheld();
        if (fault is not null && _withheld is null) logger.Withheld(fault);
        else if (fault is null && _withheld is not null) logger.WithholdsNoMore();
        Volatile.Write(ref _withheld, fault);
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ContractRefusedException">The first server met refuses the contract: robot and policy do not fit.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var session = await Retry().ExecuteAsync(OpenAsync, cancellationToken);
            Announce(session);
            try
            {
                await foreach (var told in session.ReceiveAsync(cancellationToken))
                {
                    Handle(told);
                    if (told is ServerDraining && servers.HasOthers) break;
                }

                logger.SessionLost("the server ended it, or will.");
            }
            catch (PolicyServiceException e) { logger.SessionLost(e.Message); }
            catch (MalformedMessageException e) { logger.SessionLost(e.Message); }
            finally
            {
                Volatile.Write(ref _session, null);
                _inFlight.Clear();
            }

            servers.TurnToNext();
            await Task.Delay(ShortestWait, cancellationToken); // a server that accepts and drops must not be hammered
        }
    }

    private async ValueTask<IPolicySession> OpenAsync(CancellationToken cancellationToken)
    {
        var offer = contract;
        if (offer.StepRateHz == 0 || offer.ObservationRateHz == 0)
        {
            offer = ContractOffer.For(offer, await servers.Current.DescribeAsync(contract, clock, cancellationToken));
        }

        var askedNs = clock.NowNs;
        var session = await servers.Current.OpenAsync(offer, clock, cancellationToken);
        if (session.ServerUnixTimeNs != 0)
        {
            var half = TimeSpan.FromMicroseconds((clock.NowNs - askedNs) / 2e3); // the server looked at its clock somewhere in between
            Volatile.Write(ref _clockOffset, (DateTimeOffset.UnixEpoch.AddTicks(session.ServerUnixTimeNs / TimeSpan.NanosecondsPerTick) - (Wall.GetUtcNow() - half)).TotalSeconds);
        }

        return session;
    }

    private void Announce(IPolicySession session)
    {
        var policy = session.Policy;
        Volatile.Write(ref _policy, policy);
        Delay.Forget();
        Volatile.Write(ref _session, session);
        statistics.SessionOpened();
        logger.SessionOpened(session.Id, policy.Name, policy.ModelHash, policy.Precision, policy.Device, servers.Address);
        if (ObservationRateHz < ObservationRate.Of(contract.ObservationRateHz, policy)) logger.PromisedLess(session.PromisedRateHz, ObservationRate.Of(contract.ObservationRateHz, policy));
        if (!policy.Trained) logger.Untrained();
    }

    private void Handle(SessionEvent told)
    {
        Told?.Invoke(told);
        switch (told)
        {
            case ChunkArrived { Chunk: var chunk }: Take(chunk, clock.NowNs); break;
            case ObservationUnanswered unanswered: Note(unanswered); break;
            case ServerDraining draining: logger.Draining(draining.RemainingNs / 1e9); break;
        }
    }

    private void Take(ActionChunk chunk, long nowNs)
    {
        if (!_inFlight.TryRemove(chunk.BasedOnSequence, out var asked)) return; // an answer to nothing we asked moves nothing
        statistics.Answered(chunk, nowNs - asked.Observation.CaptureTimeNs, asked.Observation.BudgetNs);
        landing.Land(chunk, _policy!.Actions, asked.Observation, asked.Plans);
        Answered?.Invoke(asked.Observation, chunk);
    }

    private void Note(ObservationUnanswered unanswered)
    {
        _inFlight.TryRemove(unanswered.BasedOnSequence, out _);
        statistics.Unanswered(unanswered.Result);
        if (unanswered.Result is UnansweredResult.Invalid or UnansweredResult.Failed)
        {
            logger.Unanswered(unanswered.BasedOnSequence, unanswered.Result.ToString(), unanswered.Reason, unanswered.Message);
        }
    }

    private ResiliencePipeline<IPolicySession> Retry() => new ResiliencePipelineBuilder<IPolicySession>().AddRetry(new RetryStrategyOptions<IPolicySession>
    {
        // A robot that fits no policy must be told at once; one that worked before waits for the right policy to return.
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is PolicyServiceException or MalformedMessageException
            && (arguments.Outcome.Exception is not ContractRefusedException || Policy is not null)),
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = ShortestWait,
        MaxDelay = LongestWait,
        OnRetry = arguments =>
        {
            var (cause, address) = (arguments.Outcome.Exception!.Message, servers.Address);
            servers.TurnToNext();
            logger.CannotOpen(address, cause, servers.HasOthers ? servers.Address : "again", (long)arguments.RetryDelay.TotalMilliseconds);
            return ValueTask.CompletedTask;
        },
    }).Build();
}
