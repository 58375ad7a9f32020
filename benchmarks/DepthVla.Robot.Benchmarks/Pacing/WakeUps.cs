namespace DepthVla.Robot.Benchmarks.Pacing;

/// <summary>How late a periodic thread woke: how often each whole number of microseconds, rounded down, as cyclictest counts.</summary>
internal sealed record WakeUps(SortedDictionary<int, long> Microseconds)
{
    internal long Count => Microseconds.Values.Sum();

    internal int Max => Microseconds.Keys.LastOrDefault();

    internal static WakeUps Of(ReadOnlySpan<long> nanoseconds)
    {
        var counts = new SortedDictionary<int, long>();
        foreach (var late in nanoseconds) Add(counts, (int)(late / 1000), 1);
        return new(counts);
    }

    internal WakeUps Plus(WakeUps other)
    {
        var counts = new SortedDictionary<int, long>(Microseconds);
        foreach (var (late, count) in other.Microseconds) Add(counts, late, count);
        return new(counts);
    }

    /// <summary>What a share of all did not exceed, µs.</summary>
    /// <param name="share">0 to 1.</param>
    internal int Percentile(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        foreach (var (late, count) in Microseconds) if ((left -= count) <= 0) return late;
        return Max;
    }

    private static void Add(SortedDictionary<int, long> counts, int late, long count) => counts[late] = counts.GetValueOrDefault(late) + count;
}
