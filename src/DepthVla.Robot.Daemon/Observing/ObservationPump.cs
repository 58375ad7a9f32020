using System.Collections.Immutable;
using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Observing;

/// <summary>Looks and feels at a steady rate and sends what it found: frames of every camera, joint positions, the step being executed.</summary>
/// <param name="cameras">In the policy's order.</param>
/// <param name="recorder">What the control thread saw.</param>
/// <param name="link">Where it goes.</param>
/// <param name="plans">Where the answers go.</param>
/// <param name="instruction">What to do.</param>
/// <param name="budget">How long after capture an answer is of use.</param>
/// <param name="clock">The robot's.</param>
internal sealed class ObservationPump(
    ImmutableArray<ICamera> cameras, TickRecorder recorder, PolicyLink link, PlanSlot plans, string instruction, TimeSpan budget,
    MonotonicClock clock)
{
    /// <summary>Whether an observation captured now shall ask for depth maps.</summary>
    public required Func<long, bool> WantDepth { get; init; }

    /// <summary>Puts the plan being executed into the policy's terms.</summary>
    public required PlanInHand InHand { get; init; }

    /// <summary>Looks at the frames first; null where they are meant to be wrong.</summary>
    public FrameCheck? Check { get; init; }

    /// <summary>Told of every observation that was made, whatever becomes of it.</summary>
    public Action<Observation>? Observed { get; init; }

    /// <summary>Told of every observation that was handed over.</summary>
    public Action<Observation>? Posted { get; init; }

    /// <summary>Told of every observation that was kept back.</summary>
    public Action<Observation>? Withheld { get; init; }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="Exception">A camera failed. Without its eyes the robot sends nothing more, and the arm holds.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period());
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (Period() is var period && timer.Period != period) timer.Period = period; // another session, another rate
            // What the control thread saw last: it alone talks to the arm.
            if (!link.IsOpen || recorder.Newest(1) is not [var turn]) continue;
            var observation = await ObserveAsync(turn, cancellationToken);
            Observed?.Invoke(observation);
            var fault = Check?.Fault(observation.Frames, observation.Proprioception);
            link.Withhold(fault);
            if (fault is not null) Withheld?.Invoke(observation);
            else if (link.TryPost(observation, plans)) Posted?.Invoke(observation);
        }
    }

    private TimeSpan Period() => TimeSpan.FromMilliseconds(Math.Round(1000 / link.ObservationRateHz));

    private async Task<Observation> ObserveAsync(TickRecord turn, CancellationToken cancellationToken)
    {
        var captures = cameras.Select(camera => camera.CaptureAsync(cancellationToken).AsTask()).ToArray();
        var frames = await Task.WhenAll(captures);
        var captured = frames.Select(f => f.CaptureTimeNs).Append(turn.State.TimeNs).Min();
        return new Observation
        {
            Sequence = link.NextSequence(),
            CaptureTimeNs = captured,
            BudgetNs = (long)budget.TotalNanoseconds,
            Frames = [.. frames],
            Proprioception = turn.State.Positions,
            Instruction = instruction,
            Executing = turn.Executing,
            Running = InHand.Of(plans.Current, link.Policy, captured, turn.State.Positions, link.Delay.Steps),
            Mode = turn.Mode,
            WantDepth = WantDepth(clock.NowNs),
        };
    }
}
