namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>The newest value: one thread writes, any thread reads, and neither ever waits for the other. Real-time safe.</summary>
/// <remarks>
/// Values go round a ring, and one is announced only when it is complete. So a writer that is preempted in the middle keeps nobody: its readers take
/// the value before. Only who is overtaken by a whole ring while copying has to copy again.
/// </remarks>
internal sealed class Mailbox<T>(T first)
    where T : struct
{
    private const int Slots = 8;

    private readonly T[] _ring = [first, .. new T[Slots - 1]];
    private long _count;

    /// <summary>Puts a value. One thread only.</summary>
    public void Put(in T value)
    {
        _ring[(_count + 1) % Slots] = value;
        Interlocked.Increment(ref _count); // a full fence: complete before it is announced, and announced before the next is begun
    }

    /// <summary>The newest value. Any thread.</summary>
    /// <param name="number">Counts what was put; 0 before the first.</param>
    public T Newest(out long number)
    {
        while (true)
        {
            number = Volatile.Read(ref _count);
            var value = _ring[number % Slots];
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _count) - number < Slots - 1) return value; // the one being written now has at most the next number
        }
    }

    /// <summary>The newest value. Any thread.</summary>
    public T Newest() => Newest(out _);
}
