using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>Observations in, exactly one answer each out, whatever the policy does.</summary>
internal sealed class InferenceStep(InferencePulse pulse, MonotonicClock clock, ServerMetrics metrics, ILogger<InferenceStep> logger)
{
    private const string SeeLog = "the policy failed; the server's log says why";

    /// <summary>How many observations to answer together.</summary>
    /// <param name="waiting">How many wait for the same model.</param>
    /// <param name="first">The most urgent one.</param>
    public int Batch(int waiting, PendingObservation first)
    {
        var model = first.Asker.Model;
        return model.Loaded.Served!.Policy is IBatchPolicy ? model.Costs.Choose(waiting, (first.DeadlineNs - clock.NowNs) * 1e-9) : 1;
    }

    /// <summary>Asks the policy, blocks until it has answered, and hands out the answers.</summary>
    /// <param name="asked">Of one model.</param>
    /// <param name="stop">The server is going away.</param>
    /// <exception cref="PolicyLostException">It can answer no more. Those who asked have been told that they get nothing.</exception>
    public void Run(IReadOnlyList<PendingObservation> asked, CancellationToken stop)
    {
        var model = asked[0].Asker.Model;
        var (policy, startNs) = (model.Loaded.Served!.Policy, clock.NowNs);   // another may be served than when this was asked
        var inTime = asked.Where(one => Fits(one, policy.Info) && IsInTime(one, startNs)).ToArray();
        if (inTime.Length == 0) return;
        try
        {
            pulse.Began();
            var answers = Ask(policy, inTime, stop);
            metrics.BatchSize.Observe(inTime.Length);
            model.Costs.Learn(inTime.Length, (clock.NowNs - startNs) * 1e-9);
            for (var i = 0; i < inTime.Length; i++) inTime[i].Asker.Answer(inTime[i], Told(answers[i], inTime[i], policy.Info, startNs));
        }
        catch (Exception e)
        {
            var ending = e is OperationCanceledException && stop.IsCancellationRequested;
            if (!ending) logger.PolicyFailed(string.Join(", ", inTime.Select(one => one.Observation.Sequence)), e);
            var (reason, message) = ending ? (Reasons.Draining, "the server is going away") : (Reasons.PolicyFailed, SeeLog);
            foreach (var one in inTime) one.Asker.Answer(one, new ObservationUnanswered(one.Observation.Sequence, UnansweredResult.Failed, reason, message));
            if (e is PolicyLostException) throw;
        }
        finally
        {
            pulse.Ended();
        }
    }

    // What was asked of another policy is answered by none.
    private static bool Fits(PendingObservation one, PolicyInfo policy)
    {
        if (one.Asker.Fits(policy)) return true;
        one.Asker.Answer(one, new ObservationUnanswered(one.Observation.Sequence, UnansweredResult.Failed, Reasons.ModelChanged, "the server serves another model since this was asked; ask again"));
        return false;
    }

    // Counts it; who is too late is told.
    private bool IsInTime(PendingObservation one, long startNs)
    {
        metrics.Queue.Observe(startNs - one.ReceivedNs);
        if (startNs < one.DeadlineNs)
        {
            metrics.ObservationAge.Observe(one.AgeAt(startNs));
            return true;
        }

        metrics.DeadlineMissed["queue"].Increment();
        one.Asker.Answer(one, new ObservationUnanswered(one.Observation.Sequence, UnansweredResult.Expired));
        return false;
    }

    private static IReadOnlyList<BatchAnswer> Ask(IPolicy policy, PendingObservation[] asked, CancellationToken stop)
    {
        if (asked.Length > 1) return ((IBatchPolicy)policy).InferBatch([.. asked.Select(one => one.Observation)], stop);
        try { return [new(policy.InferAsync(asked[0].Observation, stop).AsTask().GetAwaiter().GetResult(), null)]; }
        catch (InvalidObservationException refused) { return [new(null, refused)]; }
    }

    private SessionEvent Told(BatchAnswer answer, PendingObservation asked, PolicyInfo policy, long startNs)
    {
        var sequence = asked.Observation.Sequence;
        if (answer.Refusal is { } refusal) return new ObservationUnanswered(sequence, UnansweredResult.Invalid, Reasons.ObservationUnusable, refusal.Message);
        if (ChunkCheck.Fault(answer.Chunk!, asked.Observation, policy) is not { } fault) return new ChunkArrived(Finish(answer.Chunk!, asked, startNs));
        logger.AnswerRefused(sequence, fault);
        return new ObservationUnanswered(sequence, UnansweredResult.Failed, Reasons.PolicyFailed, SeeLog);
    }

    private ActionChunk Finish(ActionChunk chunk, PendingObservation asked, long startNs)
    {
        var endNs = clock.NowNs;
        var timings = chunk.Timings;
        timings[Stage.Queue] = startNs - asked.ReceivedNs;
        timings[Stage.Total] = endNs - asked.ReceivedNs;
        metrics.ObserveStages(timings);
        var missed = endNs > asked.DeadlineNs;
        if (missed) metrics.DeadlineMissed["compute"].Increment();
        return chunk with { Timings = timings, BudgetMissed = chunk.BudgetMissed || missed };
    }
}
