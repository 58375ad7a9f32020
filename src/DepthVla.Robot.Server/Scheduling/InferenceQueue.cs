using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>What waits for the policies: at most one observation an asker. Thread-safe.</summary>
/// <remarks>
/// Robots go before tools, robots that keep to the rate they were promised before those that ask more often, and then the earliest deadline goes first, whichever model it asks. A
/// linear search: there are as many entries as robots, tens at most, and inference takes milliseconds.
/// </remarks>
internal sealed class InferenceQueue
{
    private readonly object _waitingChanged = new();
    private readonly List<PendingObservation> _waiting = [];
    private readonly Queue<(Action Step, TaskCompletionSource Done)> _steps = [];
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

    /// <summary>Has something else done on the thread that takes, between two answers: no two follow each other while an observation waits. Keep it short.</summary>
    /// <returns>Completes once it is done, with its exception if it threw; cancelled when the queue is closed before.</returns>
    public Task RunAsync(Action step)
    {
        lock (_waitingChanged)
        {
            if (_closed) return Task.FromCanceled(new(canceled: true));
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _steps.Enqueue((step, done));
            Monitor.Pulse(_waitingChanged);
            return done.Task;
        }
    }

    /// <summary>Waits for the most urgent observation and takes it out, with those after it that go along: of the same model, for a batch is one model's. Empty once the queue is closed. Does on the way what was to be done.</summary>
    /// <param name="nowNs">Tells the time on the server's clock.</param>
    /// <param name="batch">How many of those waiting for the same model, given how many there are and the most urgent one; at least 1.</param>
    public IReadOnlyList<PendingObservation> Take(Func<long> nowNs, Func<int, PendingObservation, int> batch)
    {
        while (true)
        {
            RunStep();
            lock (_waitingChanged)
            {
                while (_waiting.Count == 0 && _steps.Count == 0 && !_closed) Monitor.Wait(_waitingChanged);
                if (_closed) return [];
                if (_waiting.Count == 0) continue;
                var now = nowNs();
                PendingObservation[] byUrgency = [.. _waiting.OrderBy(p => (!p.Asker.IsRobot, now < p.DueNs, p.DeadlineNs))];
                PendingObservation[] alike = [.. byUrgency.Where(p => p.Asker.Model == byUrgency[0].Asker.Model)];
                var taken = alike[..batch(alike.Length, alike[0])];
                foreach (var one in taken) _waiting.Remove(one);
                return taken;
            }
        }
    }

    /// <summary>Ends <see cref="Take"/> for good.</summary>
    public void Close()
    {
        lock (_waitingChanged)
        {
            _closed = true;
            while (_steps.TryDequeue(out var left)) left.Done.SetCanceled();
            Monitor.PulseAll(_waitingChanged);
        }
    }

    private void RunStep()
    {
        (Action Step, TaskCompletionSource Done) next;
        lock (_waitingChanged)
        {
            if (!_steps.TryDequeue(out next)) return;
        }

        try
        {
            next.Step();
            next.Done.SetResult();
        }
        catch (Exception e)
        {
            next.Done.SetException(e);
            if (e is PolicyLostException) throw; // the device is gone, for whoever answers
        }
    }
}
