using System.Collections.Immutable;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Attempts;

/// <summary>How the attempts went so far. Thread-safe.</summary>
internal sealed class Scoreboard
{
    private readonly Lock _gate = new();
    private readonly List<TaskOutcome> _outcomes = [];
    private Attempt? _present;
    private int _cutShort;

    /// <summary>The attempt that is under way; null between two.</summary>
    public Attempt? Present
    {
        get { lock (_gate) return _present; }
    }

    /// <summary>Every attempt that was judged, in order.</summary>
    public ImmutableArray<TaskOutcome> Outcomes
    {
        get { lock (_gate) return [.. _outcomes]; }
    }

    /// <summary>How many were judged, and how many of them succeeded.</summary>
    public (int Successes, int Attempts) Count
    {
        get { lock (_gate) return (_outcomes.Count(outcome => outcome.Success), _outcomes.Count); }
    }

    /// <summary>Attempts that began and were not judged.</summary>
    public int CutShort
    {
        get { lock (_gate) return _cutShort; }
    }

    public void Begin(Attempt attempt)
    {
        lock (_gate) _present = attempt;
    }

    /// <summary>The present one is over; null when it was cut short.</summary>
    public void End(TaskOutcome? outcome)
    {
        lock (_gate)
        {
            _present = null;
            if (outcome is null) _cutShort++;
            else _outcomes.Add(outcome);
        }
    }
}
