using System.Diagnostics;
using System.Numerics;

namespace DepthVla.Robot.Core.Realtime;

/// <summary>A mailbox of one: a thread writes, any thread reads the newest value, and neither ever waits for the other.</summary>
/// <remarks>
/// The writer fills the oldest slot of a small ring and then announces it, so a reader never meets a half-written newest value - unlike
/// a plain sequence lock, where a writer that is preempted in the middle would keep its readers spinning. A reader goes again
/// only if the writer has come all the way round while it copied. Real-time safe: neither side allocates or blocks.
/// </remarks>
public sealed class Latest<T>
    where T : unmanaged
{
    private readonly Slot[] _slots;
    private long _announced;

    /// <summary>Starts with <paramref name="first"/>, number 0.</summary>
    /// <param name="first">What is read until something is written.</param>
    /// <param name="slots">A power of two; the fewer, the sooner a slow reader has to go again.</param>
    public Latest(in T first, int slots = 8)
    {
        Debug.Assert(BitOperations.IsPow2(slots), "a number is turned into its slot by a mask");
        _slots = new Slot[slots];
        _slots[0].Value = first;
    }

    /// <summary>Publishes a value. One thread only.</summary>
    public void Write(in T value)
    {
        var number = _announced + 1;
        ref var slot = ref _slots[number & (_slots.Length - 1)];
        Volatile.Write(ref slot.Number, -1);     // 1. whoever still copies the old value must see that it is going
        Volatile.WriteBarrier();
        slot.Value = value;                      // 2.
        Volatile.Write(ref slot.Number, number); // 3. complete ...
        Volatile.Write(ref _announced, number);  // 4. ... and announced
    }

    /// <summary>The newest value. Any thread.</summary>
    /// <param name="number">Counts the writes; 0 before the first.</param>
    public T Read(out long number)
    {
        while (true)
        {
            number = Volatile.Read(ref _announced);
            ref var slot = ref _slots[number & (_slots.Length - 1)];
            var value = slot.Value;
            Volatile.ReadBarrier();
            if (slot.Number == number) return value;
        }
    }

    /// <summary>The newest value. Any thread.</summary>
    public T Read() => Read(out _);

    private struct Slot
    {
        public long Number;
        public T Value;
    }
}
