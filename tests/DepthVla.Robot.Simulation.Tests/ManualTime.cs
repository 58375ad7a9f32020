using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Realtime;

namespace DepthVla.Robot.Simulation.Tests;

/// <summary>A clock that stands still but for the deadlines that a test lets pass.</summary>
internal sealed class ManualTime : TimeProvider, IDeadline
{
    // A test that fails leaves a thread waiting; it gives up after this, so that the run goes on.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private long _now = 1_000_000_000;
    private int _allowed;
    private bool _waiting, _free;
    private Exception? _broken;

    public MonotonicClock Clock => new(this);

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <summary>As if the machine had been busy with something else.</summary>
    public void Skip(long ns) => Interlocked.Add(ref _now, ns);

    /// <summary>Lets <paramref name="count"/> deadlines pass and returns when the thread waits for the next.</summary>
    public void Pass(int count)
    {
        lock (_gate)
        {
            _allowed += count;
            Monitor.PulseAll(_gate);
            while (_allowed > 0 || !_waiting)
                if (!Monitor.Wait(_gate, Patience)) throw new TimeoutException("The thread no longer waits for deadlines.");
        }
    }

    /// <summary>From now on nobody waits.</summary>
    public void SetFree()
    {
        lock (_gate)
        {
            _free = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>From now on waiting fails.</summary>
    public void Break(Exception failure)
    {
        _broken = failure;
        SetFree();
    }

    public void WaitUntil(long timeNs)
    {
        lock (_gate)
        {
            _waiting = true;
            Monitor.PulseAll(_gate);
            while (_allowed == 0 && !_free)
                if (!Monitor.Wait(_gate, Patience)) _free = true;
            _waiting = false;
            if (!_free) _allowed--;
            if (_broken is not null) throw _broken;
        }
        if (timeNs > GetTimestamp()) Interlocked.Exchange(ref _now, timeNs);
    }
}
