namespace DepthVla.Robot.Metrics;

/// <summary>A number that only rises. Thread-safe; counting does not allocate.</summary>
public sealed class Counter
{
    private long _value;

    /// <summary>How often it was counted.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>One more.</summary>
    public void Increment() => Interlocked.Increment(ref _value);
}
