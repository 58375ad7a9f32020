namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>Hands the newest value from one thread to another. Neither side ever waits for the other, whichever is preempted.</summary>
/// <remarks>
/// Three slots: one is written, one is read, and one lies between them, which each side swaps for its own. A sequence lock would have
/// less to copy, but a reader of higher priority could spin on a writer that does not get to run. One writer, one reader; real-time safe.
/// </remarks>
internal sealed class Newest<T> where T : struct
{
    private const int Fresh = 4;
    private readonly T[] _slots = new T[3];
    private int _writing;
    private int _between = 1;
    private int _reading = 2;

    /// <summary>Leaves a value; one that was not taken is gone. The writer's thread.</summary>
    public void Publish(in T value)
    {
        _slots[_writing] = value;
        _writing = Interlocked.Exchange(ref _between, _writing | Fresh) & ~Fresh;
    }

    /// <summary>Takes the newest value, if there is one that was not taken yet. The reader's thread.</summary>
    public bool TryTake(ref T value)
    {
        if ((Volatile.Read(ref _between) & Fresh) == 0) return false;
        _reading = Interlocked.Exchange(ref _between, _reading) & ~Fresh;
        value = _slots[_reading];
        return true;
    }
}
