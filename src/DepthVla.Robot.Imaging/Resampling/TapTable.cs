using System.Collections.Concurrent;

namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>For each pixel of a resized line: which pixels of the old line it is mixed from, and by what weights. Immutable.</summary>
/// <remarks>
/// Pixel i covers [i, i + 1). A new pixel's centre lies at (i + ½) · scale in the old line, scale = old / new. When shrinking with
/// antialiasing the filter is stretched by scale, so that no old pixel is skipped; without, two (bilinear) or four (bicubic) old pixels
/// count however far apart the new ones are. Beyond the line's ends there is nothing: the remaining weights are normalised to 1.
/// </remarks>
internal sealed class TapTable
{
    /// <summary>Fraction bits of the fixed-point weights: Pillow's 32 bits less 8 for the pixel and 2 for cubic overshoot.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private const int MostCached = 64;

    private static readonly ConcurrentDictionary<(int From, int To, ResampleFilter Filter), TapTable> Cache = new();

    private readonly int _width;
    private readonly (int First, int Count)[] _reach;
    private readonly double[] _weights;
    private readonly int[] _fixed;

    public TapTable(int from, int to, ResampleFilter filter, bool antialias)
    {
        var scale = (double)from / to;
        var stretch = antialias ? Math.Max(1, scale) : 1;
        var support = FilterKernel.Support(filter) * stretch;

        _width = (int)Math.Ceiling(support) * 2 + 1;
        _reach = new (int, int)[to];
        _weights = new double[to * _width];
        for (var i = 0; i < to; i++)
        {
            var center = (i + 0.5) * scale;
            var first = Math.Max(0, (int)(center - support + 0.5));
            var end = Math.Min(from, (int)(center + support + 0.5));
            _reach[i] = (first, end - first);

            var weights = _weights.AsSpan(i * _width, end - first);
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++) sum += weights[k] = FilterKernel.Weight(filter, (first + k - center + 0.5) / stretch);
            foreach (ref var weight in weights) weight /= sum;
        }

        _fixed = Array.ConvertAll(_weights, w => (int)(w * (1 << FractionBits) + (w < 0 ? -0.5 : 0.5)));
    }

    /// <summary>How many pixels the new line has.</summary>
    public int Length => _reach.Length;

    /// <summary>The antialiased table, kept for the next call: a stream of frames asks for the same few.</summary>
    public static TapTable Antialiased(int from, int to, ResampleFilter filter)
    {
        if (Cache.TryGetValue((from, to, filter), out var known)) return known;
        if (Cache.Count >= MostCached) Cache.Clear();
        return Cache[(from, to, filter)] = new TapTable(from, to, filter, antialias: true);
    }

    /// <summary>The first old pixel that counts for new pixel <paramref name="i"/>.</summary>
    public int First(int i) => _reach[i].First;

    /// <summary>The weights of <see cref="First"/> and the pixels behind it; they sum to 1.</summary>
    public ReadOnlySpan<double> Weights(int i) => _weights.AsSpan(i * _width, _reach[i].Count);

    /// <summary>The same weights times 2^<see cref="FractionBits"/>, rounded half away from zero.</summary>
    public ReadOnlySpan<int> FixedWeights(int i) => _fixed.AsSpan(i * _width, _reach[i].Count);
}
