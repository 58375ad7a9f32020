using System.Runtime.CompilerServices;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Simulation;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>The simulated table as a stage: for every attempt a world laid out anew, a loop that knows no plan, and a place for plans of its own.</summary>
internal sealed class AttemptStage(SimulatedArm arm, PolicyLink link, Driver driver, MonotonicClock clock) : IAttemptStage
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Told how each attempt ended, the arm at rest and nothing being observed.</summary>
    public required Action<Attempt, TaskOutcome?> Closed { get; init; }

    public async Task PrepareAsync(Attempt attempt, CancellationToken stop)
    {
        while (!link.IsOpen) await Task.Delay(AskEvery, stop);
        await arm.ResetAsync(attempt.Task.Scene, attempt.Seed);
        await LookAsync(attempt); // all that looking needs is compiled now, and not while the arm moves
    }

    public async IAsyncEnumerable<Look> PerformAsync(Attempt attempt, [EnumeratorCancellation] CancellationToken stop)
    {
        var drive = await driver.StartAsync(attempt.Instruction, stop);
        try
        {
            var over = drive.Over; // because of stop, or of a failure; a caller that has seen enough leaves by itself
            using var timer = new PeriodicTimer(LookEvery);
            long? beganNs = null;
            while (!over.IsCompleted && await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                if (beganNs is null && !driver.HasBegun) continue;
                beganNs ??= clock.NowNs;
                var progress = await LookAsync(attempt);
                yield return new((clock.NowNs - beganNs.Value) / 1e9, progress);
            }
        }
        finally
        {
            await drive.EndAsync();
        }
    }

    public void Ended(Attempt attempt, TaskOutcome? outcome) => Closed(attempt, outcome);

    private Task<TaskProgress> LookAsync(Attempt attempt) => arm.InvokeAsync(physics => TaskProgress.Of(physics, attempt.Task));
}
