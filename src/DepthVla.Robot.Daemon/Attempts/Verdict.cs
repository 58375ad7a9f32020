using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>A look at the world during an attempt.</summary>
/// <param name="Seconds">Since control began.</param>
/// <param name="Progress">How far the task is done at that moment.</param>
internal readonly record struct Look(double Seconds, TaskProgress Progress);

/// <summary>Judges an attempt from one look after another. One thread.</summary>
/// <param name="attempt">Which.</param>
internal sealed class Verdict(Attempt attempt)
{
    /// <summary>How long a task must stay done, s: what only passes through is no success.</summary>
    public const double HeldSeconds = 0.2;

    // Between two looks that are far apart much may happen.
    private const int LeastLooks = 3;

    private readonly double _limit = TaskOutcome.TimeLimit(attempt.Task);
    private double _since;
    private int _looks, _points, _outOf;

    /// <summary>How it ended; null until then.</summary>
    public TaskOutcome? Outcome { get; private set; }

    /// <summary>Takes a look into account; the looks in order of time.</summary>
    public void See(Look look)
    {
        if (Outcome is not null) return;
        (_points, _outOf) = (Math.Max(_points, look.Progress.Points), look.Progress.OutOf);
        if (!look.Progress.Success) _looks = 0;
        else if (_looks++ == 0) _since = look.Seconds;

        if (_looks >= LeastLooks && look.Seconds - _since >= HeldSeconds) Outcome = End(true, look.Seconds);
        else if (look.Seconds >= _limit) Outcome = End(false, _limit);
    }

    private TaskOutcome End(bool success, double seconds) =>
        new(attempt.Task.Name, attempt.Instruction, attempt.Seed, success, _points, _outOf, Math.Round(seconds, 3));
}
