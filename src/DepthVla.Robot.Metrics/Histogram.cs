namespace DepthVla.Robot.Metrics;

/// <summary>How often values fell in which range. Thread-safe; observing does not allocate.</summary>
public sealed class Histogram
{
    /// <summary>Upper edges of latencies, s. The objective, 0.21 s, is one of them, so that the share within it is exact.</summary>
    public static ReadOnlySpan<double> EdgesSeconds => [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.21, 0.225, 0.25, 0.3, 0.4, 0.5, 1, 2.5];

    private readonly double[] _edges;
    private readonly long[] _atMost;
    private readonly long[] _counts;
    private readonly double _unit;
    private long _sum;

    /// <summary>Of latencies, observed in ns.</summary>
    public Histogram() : this(EdgesSeconds, 1e-9) { }

    /// <summary>Of anything.</summary>
    /// <param name="edges">Upper edges, rising.</param>
    /// <param name="unit">What 1 is that is observed, in the edges' unit.</param>
    public Histogram(ReadOnlySpan<double> edges, double unit)
    {
        (_edges, _unit, _counts) = ([.. edges], unit, new long[edges.Length + 1]);
        _atMost = [.. _edges.Select(edge => (long)Math.Round(edge / unit))];
    }

    /// <summary>Counts one value; below zero counts as zero.</summary>
    public void Observe(long value)
    {
        value = Math.Max(0, value);
        var bucket = 0;
        while (bucket < _atMost.Length && value > _atMost[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sum, value);
    }

    /// <summary>What was observed so far. Allocates.</summary>
    public Buckets Read()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = Volatile.Read(ref _counts[i]);
        return new(_edges, counts, Volatile.Read(ref _sum) * _unit);
    }
}
