namespace DepthVla.Robot.Metrics;

/// <summary>What a histogram had counted at one moment. Immutable.</summary>
/// <param name="edges">Upper edges, rising.</param>
/// <param name="counts">Values in each bucket alone; the last is everything above the edges.</param>
/// <param name="sum">All values together, in the edges' unit.</param>
public sealed class Buckets(double[] edges, long[] counts, double sum)
{
    /// <summary>Upper edges, rising.</summary>
    public ReadOnlySpan<double> Edges => edges;

    /// <summary>Values in each bucket alone; the last is everything above the edges.</summary>
    public ReadOnlySpan<long> Counts => counts;

    /// <summary>All values together.</summary>
    public double Sum { get; } = sum;

    /// <summary>How many values.</summary>
    public long Count { get; } = counts.Sum();

    /// <summary>Their mean; 0 of none.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>What came after an earlier moment of the same histogram.</summary>
    public Buckets Since(Buckets earlier) => new(edges, [.. counts.Zip(earlier.Counts.ToArray(), (now, before) => now - before)], Math.Max(0, Sum - earlier.Sum));

    /// <summary>The value that a share of all does not exceed, as Prometheus' <c>histogram_quantile</c> reckons it: evenly spread within its bucket, at most the last edge; 0 of none.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0) return 0;
        var (rank, below) = (share * Count, 0L);
        for (var i = 0; i < edges.Length; i++)
        {
            if (below + counts[i] >= rank && counts[i] > 0)
            {
                var lower = i == 0 ? 0 : edges[i - 1];
                return lower + (edges[i] - lower) * (rank - below) / counts[i];
            }

            below += counts[i];
        }

        return edges[^1];
    }

    /// <summary>How many did not exceed an edge.</summary>
    /// <exception cref="ArgumentException">It is no edge: what lies within a bucket is not known.</exception>
    public long AtMost(double edge)
    {
        var place = Array.IndexOf(edges, edge);
        if (place < 0) throw new ArgumentException($"{edge} is no edge", nameof(edge));
        return counts.AsSpan(0, place + 1).ToArray().Sum();
    }
}
