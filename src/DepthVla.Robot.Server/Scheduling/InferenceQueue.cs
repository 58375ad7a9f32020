using System.Diagnostics.CodeAnalysis;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>What waits for the policy: at most one observation an asker. The earliest deadline goes first, robots before tools. Thread-safe.</summary>
/// <remarks>A linear search: there are as many entries as robots, tens at most, and inference takes milliseconds.</remarks>
internal sealed class InferenceQueue
{
    private readonly object _waitingChanged = new();
    private readonly List<PendingObservation> _waiting = [];
    private bool _closed;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get { lock (_waitingChanged) return _waiting.Count; }
    }

    /// <summary>Puts the asker's newest observation in the place of the one that waited, if any, which is returned and now the caller's to answer.</summary>
    public PendingObservation? Put(PendingObservation newest)
    {
        lock (_waitingChanged)
        {
            var place = _waiting.FindIndex(p => p.Asker == newest.Asker);
            var superseded = place < 0 ? null : _waiting[place];
            if (place < 0) _waiting.Add(newest);
            else _waiting[place] = newest;
            Monitor.Pulse(_waitingChanged);
            return superseded;
        }
    }

    /// <summary>Takes back what the asker has waiting. What is under way already is still answered.</summary>
    public void Withdraw(IAsker asker)
    {
        lock (_waitingChanged) _waiting.RemoveAll(p => p.Asker == asker);
    }

    /// <summary>Waits for the most urgent observation and takes it out. False once the queue is closed.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingObservation? next)
    {
        lock (_waitingChanged)
        {
            while (_waiting.Count == 0 && !_closed) Monitor.Wait(_waitingChanged);
            next = _closed ? null : _waiting.MinBy(p => (!p.Asker.IsRobot, p.DeadlineNs));
            if (next is not null) _waiting.Remove(next);
            return next is not null;
        }
    }

    /// <summary>Ends <see cref="TryTake"/> for good.</summary>
    public void Close()
    {
        lock (_waitingChanged)
        {
            _closed = true;
            Monitor.PulseAll(_waitingChanged);
        }
    }
}
