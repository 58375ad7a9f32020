using System.Numerics;

namespace DepthVla.Robot.Control.Recording;

/// <summary>Counts whole numbers in buckets that grow with them: 32 to an octave, so a percentile is right to 3%. Recording does not allocate.</summary>
public sealed class LogHistogram
{
    private const int Bits = 5;
    private const int PerOctave = 1 << Bits;
    private const int Octaves = 40;

    private readonly long[] _buckets = new long[(Octaves + 1) * PerOctave];

    /// <summary>How many values were added.</summary>
    public long Count { get; private set; }

    /// <summary>The largest of them, exactly.</summary>
    public long Max { get; private set; }

    /// <summary>All of them together.</summary>
    public long Sum { get; private set; }

    /// <summary>Adds a value; a negative one counts as 0. Real-time safe.</summary>
    internal void Add(long value)
    {
        value = Math.Max(value, 0);
        Count++;
        Sum += value;
        Max = Math.Max(Max, value);
        _buckets[Math.Min(BucketOf(value), _buckets.Length - 1)]++;
    }

    /// <summary>The value that a share of all values does not exceed: the upper edge of its bucket.</summary>
    /// <param name="share">0 to 1.</param>
    public long Percentile(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        for (var bucket = 0; bucket < _buckets.Length && left > 0; bucket++)
        {
            left -= _buckets[bucket];
            if (left <= 0) return Math.Min(UpperEdge(bucket), Max);
        }

        return Max;
    }

    /// <summary>How many values certainly did not exceed another: those in buckets that end by it.</summary>
    public long AtMost(long value)
    {
        var count = 0L;
        for (var bucket = 0; bucket < _buckets.Length && UpperEdge(bucket) <= value; bucket++) count += _buckets[bucket];
        return count;
    }

    /// <summary>Makes this a copy of another.</summary>
    internal void CopyFrom(LogHistogram other)
    {
        (Count, Sum, Max) = (other.Count, other.Sum, other.Max);
        other._buckets.CopyTo(_buckets, 0);
    }

    // Below 32 a bucket a value; above, the top six bits of the value choose it.
    private static int BucketOf(long value)
    {
        var shift = Math.Max(BitOperations.Log2((ulong)value) - Bits, 0);
        return shift * PerOctave + (int)(value >> shift);
    }

    private static long UpperEdge(int bucket)
    {
        var shift = Math.Max(bucket / PerOctave - 1, 0);
        return ((long)(bucket - shift * PerOctave + 1) << shift) - 1;
    }
}
