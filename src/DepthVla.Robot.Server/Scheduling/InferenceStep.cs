using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>One observation in, exactly one answer out, whatever the policy does.</summary>
internal sealed class InferenceStep(MonotonicClock clock, ServerMetrics metrics, ILogger<InferenceStep> logger)
{
    /// <summary>Asks the policy and blocks until it has answered.</summary>
    public SessionEvent Run(IPolicy policy, PendingObservation asked, CancellationToken stop)
    {
        var observation = asked.Observation;
        var startNs = clock.NowNs;
        metrics.Queue.ObserveNs(startNs - asked.ReceivedNs);
        if (startNs >= asked.DeadlineNs)
        {
            metrics.DeadlineMissed["queue"].Increment();
            return new ObservationUnanswered(observation.Sequence, UnansweredResult.Expired);
        }

        metrics.ObservationAge.ObserveNs(asked.AgeAt(startNs));
        try
        {
            var chunk = policy.InferAsync(observation, stop).AsTask().GetAwaiter().GetResult();
            if (ChunkCheck.Fault(chunk, observation, policy.Info) is not { } fault) return new ChunkArrived(Finish(chunk, asked, startNs));
            logger.AnswerRefused(observation.Sequence, fault);
        }
        catch (InvalidObservationException e)
        {
            return new ObservationUnanswered(observation.Sequence, UnansweredResult.Invalid, Reasons.ObservationUnusable, e.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new ObservationUnanswered(observation.Sequence, UnansweredResult.Failed, Reasons.Draining, "the server is going away");
        }
        catch (Exception e)
        {
            logger.PolicyFailed(observation.Sequence, e);
        }

        return new ObservationUnanswered(observation.Sequence, UnansweredResult.Failed, Reasons.PolicyFailed, "the policy failed; the server's log says why");
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
