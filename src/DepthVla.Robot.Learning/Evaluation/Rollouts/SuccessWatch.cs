using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>Sees whether a task has been done: not in passing, but so that it stays for <see cref="HoldNs"/>.</summary>
internal sealed class SuccessWatch(TabletopPhysics physics, TabletopTask task)
{
    /// <summary>How long success must last, ns.</summary>
    internal const long HoldNs = 200_000_000;

    /// <summary>How often to look, ns.</summary>
    internal const long PeriodNs = 20_000_000;

    private long? _sinceNs;

    /// <summary>The most points seen.</summary>
    internal int Points { get; private set; }

    /// <summary>The points of the whole task.</summary>
    internal int OutOf { get; private set; }

    /// <summary>Looks once. True when the task has been done for long enough.</summary>
    internal bool IsDone(long nowNs)
    {
        var progress = TaskProgress.Of(physics, task);
        (Points, OutOf) = (Math.Max(Points, progress.Points), progress.OutOf);
        _sinceNs = progress.Success ? _sinceNs ?? nowNs : null;
        return nowNs - _sinceNs >= HoldNs;
    }
}
