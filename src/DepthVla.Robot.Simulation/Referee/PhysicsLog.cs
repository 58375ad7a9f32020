using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>The last seconds of physics, every step: a ring, allocated once.</summary>
public sealed class PhysicsLog
{
    private readonly PhysicsSample[] _ring;
    private long _written;

    /// <param name="capacity">Steps kept, at least 2; the oldest is given up while a new one is being written.</param>
    public PhysicsLog(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _ring = new PhysicsSample[capacity];
    }

    /// <summary>Steps recorded since the start; more than fit are forgotten, oldest first. Any thread.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Records a step. The physics thread only; real-time safe.</summary>
    public void Add(in PhysicsSample sample)
    {
        Volatile.WriteBarrier(); // no slot is touched before the one in front of it has been announced
        _ring[_written % _ring.Length] = sample;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>A copy of what is kept, oldest first. Any thread, also while steps are being recorded.</summary>
    public ImmutableArray<PhysicsSample> Snapshot()
    {
        var first = 0L;
        return Snapshot(ref first);
    }

    /// <summary>The same from one step on.</summary>
    /// <param name="first">The first step wanted, as <see cref="Written"/> counts them from 0; on return the first that there is.</param>
    public ImmutableArray<PhysicsSample> Snapshot(ref long first)
    {
        var end = Volatile.Read(ref _written);
        var start = Math.Clamp(first, Math.Max(0, end - _ring.Length), end);
        var copy = new PhysicsSample[end - start];
        for (var i = 0; i < copy.Length; i++) copy[i] = _ring[(start + i) % _ring.Length];

        // What was overwritten meanwhile, and the slot being written now, may be torn: it is left out.
        Volatile.ReadBarrier();
        var oldest = Volatile.Read(ref _written) + 1 - _ring.Length;
        var torn = (int)Math.Clamp(oldest - start, 0, copy.Length);
        first = start + torn;
        return [.. copy.AsSpan(torn)];
    }
}
