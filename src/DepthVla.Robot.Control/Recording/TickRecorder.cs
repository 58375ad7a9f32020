using System.Numerics;

namespace DepthVla.Robot.Control.Recording;

/// <summary>The newest turns of the loop, in a ring made once. The control thread adds, any thread copies, nobody waits.</summary>
/// <param name="capacity">How many turns to keep; rounded up to a power of two. One takes about half a kilobyte.</param>
public sealed class TickRecorder(int capacity)
{
    private readonly TickRecord[] _ring = new TickRecord[BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private long _count;

    /// <summary>How many turns were ever added.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds a turn over the oldest. The control thread alone; real-time safe.</summary>
    public void Add(in TickRecord turn)
    {
        _ring[_count & (_ring.Length - 1)] = turn;
        Interlocked.Increment(ref _count);   // a full fence: this turn is seen before it is counted, and counted before the next is begun
    }

    /// <summary>Copies the newest turns, oldest first. Any thread; allocates.</summary>
    /// <param name="most">How many at most.</param>
    public TickRecord[] Newest(int most)
    {
        var end = Count;
        var length = (int)Math.Min(Math.Min(end, most), _ring.Length);
        var copy = new TickRecord[length];
        for (var i = 0; i < length; i++) copy[i] = _ring[(end - length + i) & (_ring.Length - 1)];

        // Meanwhile the writer went on, at most into turn number Count; what lay a whole ring before that may be torn.
        Interlocked.MemoryBarrier();
        var intact = Count - _ring.Length + 1;
        var torn = (int)Math.Clamp(intact - (end - length), 0, length);
        return copy[torn..];
    }

    /// <summary>Copies turns from a number on, oldest first, as many as there are and fit; those that were overwritten are skipped. Any thread; does not allocate.</summary>
    /// <param name="next">The number of the turn to begin with, from 0; becomes that of the first that was not copied.</param>
    /// <param name="copy">Takes them.</param>
    /// <returns>How many were copied.</returns>
    public int Copy(ref long next, Span<TickRecord> copy)
    {
        var end = Count;
        var first = Math.Max(next, end - _ring.Length + 1);
        var length = (int)Math.Min(end - first, copy.Length);
        for (var i = 0; i < length; i++) copy[i] = _ring[(first + i) & (_ring.Length - 1)];

        // As above: what lay a whole ring before the turn now being written may be torn.
        Interlocked.MemoryBarrier();
        var torn = (int)Math.Clamp(Count - _ring.Length + 1 - first, 0, length);
        copy[torn..length].CopyTo(copy);
        next = first + length;
        return length - torn;
    }
}
