using System.Collections.Immutable;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;

namespace DepthVla.Robot.Daemon.Observing;

/// <summary>Looks and feels at a steady rate and sends what it found: frames of every camera, joint positions, the step being executed.</summary>
internal sealed class ObservationPump(
    ImmutableArray<ICamera> cameras, TickRecorder recorder, PolicyLink link, string instruction, TimeSpan period, TimeSpan budget, MonotonicClock clock)
{
    private long _sequence;

    /// <summary>Whether an observation captured now shall ask for depth maps.</summary>
    public required Func<long, bool> WantDepth { get; init; }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="Exception">A camera failed. Without its eyes the robot sends nothing more, and the arm holds.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // What the control thread saw last: it alone talks to the arm.
            if (link.IsOpen && recorder.Newest(1) is [var turn]) link.TryPost(await ObserveAsync(turn, cancellationToken));
        }
    }

    private async Task<Observation> ObserveAsync(TickRecord turn, CancellationToken cancellationToken)
    {
        var captures = cameras.Select(camera => camera.CaptureAsync(cancellationToken).AsTask()).ToArray();
        var frames = await Task.WhenAll(captures);
        var captured = frames.Select(f => f.CaptureTimeNs).Append(turn.State.TimeNs).Min();
        return new Observation
        {
            Sequence = ++_sequence,
            CaptureTimeNs = captured,
            BudgetNs = (long)budget.TotalNanoseconds,
            Frames = [.. frames],
            Proprioception = turn.State.Positions,
            Instruction = instruction,
            Executing = turn.Executing,
            WantDepth = WantDepth(clock.NowNs),
        };
    }
}
