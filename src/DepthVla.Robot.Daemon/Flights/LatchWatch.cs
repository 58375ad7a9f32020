using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;

namespace DepthVla.Robot.Daemon.Flights;

/// <summary>Notices stops that stay until somebody arms the arm, each once, and gives the flight a second more to show what came of it. For one thread.</summary>
internal sealed class LatchWatch
{
    private const long AfterNs = 1_000_000_000;

    private (long SinceNs, HoldReason Why)? _pending;
    private bool _latched;
    private long _newestNs;

    /// <summary>Why a flight is to be written, though perhaps not yet; null for no reason.</summary>
    public string? Cause => _pending is { } pending ? $"a stop that stays: {pending.Why}" : null;

    /// <summary>Looks at turns, in order.</summary>
    public void See(ReadOnlySpan<TickRecord> turns)
    {
        foreach (ref readonly var turn in turns)
        {
            var latched = turn.Hold is HoldReason.StateStale or HoldReason.Overslept or HoldReason.EffortExceeded or HoldReason.OperatorStop;
            if (latched && !_latched) _pending ??= (turn.Tick.TimeNs, turn.Hold);
            (_latched, _newestNs) = (latched, turn.Tick.TimeNs);
        }
    }

    /// <summary>The cause, once: a second after the stop. Until then null.</summary>
    public string? TakeDue()
    {
        if (_pending is not { } pending || _newestNs - pending.SinceNs < AfterNs) return null;
        var cause = Cause;
        _pending = null;
        return cause;
    }
}
