namespace DepthVla.Robot.Metrics;

/// <summary>A number that goes up and down. Thread-safe; setting does not allocate.</summary>
public sealed class Gauge
{
    private long _value;

    /// <summary>Where it is.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>Moves it by so much.</summary>
    public void Add(long amount) => Interlocked.Add(ref _value, amount);

    /// <summary>Moves it there.</summary>
    public void Set(long value) => Volatile.Write(ref _value, value);
}
