using System.Diagnostics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Scheduling;

namespace DepthVla.Robot.Server.Tracing;

/// <summary>One trace an observation: what was measured anyway, told as spans once the chunk is sent. Costs nothing while nobody listens.</summary>
/// <remarks>
/// <para><c>observation</c>, from capture to sent; in it <c>robot</c> (capture to sending, as the robot says), <c>receive</c> (read and checked), <c>queue</c>,
/// <c>inference</c> with a span a stage, and <c>send</c>. A stage's duration is measured; its start is reckoned, the stages one after the other.</para>
/// <para>Robot, session and number of the observation are attributes: a flight recording has the same.</para>
/// </remarks>
internal sealed class ObservationTracing(MonotonicClock clock, TimeProvider time)
{
    /// <summary>What exporters listen to.</summary>
    public const string Source = "depthvla.server";

    private static readonly ActivitySource Spans = new(Source, ServerMetrics.Version);

    /// <summary>A chunk was sent. Any thread.</summary>
    public void Record(string robot, string session, PendingObservation asked, ActionChunk chunk, long sentNs)
    {
        if (!Spans.HasListeners()) return;
        var around = Activity.Current;
        Activity.Current = null; // the call's own activity lasts as long as the session: no observation is a part of it
        Write(robot, session, asked, chunk, sentNs);
        Activity.Current = around;
    }

    private void Write(string robot, string session, PendingObservation asked, ActionChunk chunk, long sentNs)
    {
        var (utc, now) = (time.GetUtcNow(), clock.NowNs);
        DateTimeOffset At(long ns) => utc.AddTicks((ns - now) / TimeSpan.NanosecondsPerTick);

        ActivityContext.TryParse(asked.Observation.TraceParent, null, isRemote: true, out var parent);
        using var whole = Spans.StartActivity("observation", ActivityKind.Server, parent, startTime: At(asked.ReceivedNs - asked.AgeNs));
        if (whole is null) return; // not sampled
        whole.SetTag("depthvla.robot.id", robot).SetTag("depthvla.session.id", session).SetTag("depthvla.observation.sequence", asked.Observation.Sequence)
            .SetTag("depthvla.observation.budget_ms", asked.Observation.BudgetNs / 1e6).SetTag("depthvla.model.hash", chunk.ModelHash);
        if (sentNs > asked.DeadlineNs) whole.SetStatus(ActivityStatusCode.Error, "budget missed");

        var startNs = asked.ReceivedNs + chunk.Timings[Stage.Queue];
        var endNs = asked.ReceivedNs + chunk.Timings[Stage.Total];
        Span("robot", whole.Context, asked.ReceivedNs - asked.AgeNs, asked.ReceivedNs);
        Span("receive", whole.Context, asked.ReceivedNs, asked.QueuedNs);
        Span("queue", whole.Context, asked.QueuedNs, startNs);
        var inference = Span("inference", whole.Context, startNs, endNs);
        var at = startNs;
        for (var stage = Stage.Decode; stage < Stage.Total; stage++)
        {
            var took = chunk.Timings[stage];
            if (took > 0) Span(ServerMetrics.Name(stage), inference, at, at + took);
            at += took;
        }

        Span("send", whole.Context, endNs, sentNs);
        whole.SetEndTime(At(sentNs).UtcDateTime);

        ActivityContext Span(string name, ActivityContext within, long fromNs, long toNs)
        {
            using var span = Spans.StartActivity(name, ActivityKind.Internal, within, startTime: At(fromNs));
            span?.SetEndTime(At(Math.Max(fromNs, toNs)).UtcDateTime);
            return span?.Context ?? within;
        }
    }
}
