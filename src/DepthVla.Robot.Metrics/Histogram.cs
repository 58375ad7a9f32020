namespace DepthVla.Robot.Metrics;

/// <summary>How often durations fell in which range. Thread-safe; observing does not allocate.</summary>
public sealed class Histogram
{
    /// <summary>Upper edges, s. The objective, 0.21 s, is one of them, so that the share within it is exact.</summary>
    public static ReadOnlySpan<double> EdgesSeconds => [0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.21, 0.225, 0.25, 0.3, 0.4, 0.5, 1, 2.5];

    private readonly long[] _counts = new long[EdgesSeconds.Length + 1];
    private long _sumNs;

    /// <summary>All durations together, s.</summary>
    public double SumSeconds => Volatile.Read(ref _sumNs) * 1e-9;

    /// <summary>Counts one duration. ns; below zero counts as zero.</summary>
    public void ObserveNs(long ns)
    {
        ns = Math.Max(0, ns);
        var bucket = 0;
        foreach (var edge in EdgesSeconds)
        {
            if (ns <= edge * 1e9) break;
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumNs, ns);
    }

    /// <summary>Durations in bucket <paramref name="index"/> alone; the last is everything above the edges.</summary>
    public long Count(int index) => Volatile.Read(ref _counts[index]);
}
