namespace DepthVla.Robot.Data.Statistics;

/// <summary>Quantiles of numbers that come one by one, in bounded memory. Not thread-safe.</summary>
/// <remarks>
/// Few numbers are kept as they are. When there are more, they are counted in bins of one width. A number outside of the bins doubles the
/// width, which merges bins in pairs: no count is ever split, so the order in which numbers come does not matter beyond a bin's width.
/// </remarks>
internal sealed class QuantileSketch
{
    /// <summary>Numbers that are kept as they are.</summary>
    public const int MostExact = 1 << 16;

    private const int Bins = 1 << 14;

    private readonly List<float> _kept = [];
    private long[]? _counts;
    private double _low;
    private double _width;
    private long _total;

    public void Add(float value)
    {
        _total++;
        if (_counts is null)
        {
            _kept.Add(value);
            if (_kept.Count == MostExact) StartCounting();
        }
        else Count(value);
    }

    /// <summary>The number below which lies the share <paramref name="q"/>, from 0 to 1, of all; between two numbers it is on the line.</summary>
    public double Quantile(double q)
    {
        if (_counts is not null) return FromBins(_counts, q);
        _kept.Sort();
        var place = q * (_kept.Count - 1);
        var (below, above) = (_kept[(int)Math.Floor(place)], _kept[(int)Math.Ceiling(place)]);
        return below + (place - Math.Floor(place)) * ((double)above - below);
    }

    private void StartCounting()
    {
        double low = _kept[0], high = _kept[0];
        foreach (var value in _kept) (low, high) = (Math.Min(low, value), Math.Max(high, value));

        // All alike so far: any width will do that the numbers' precision can tell apart.
        var span = high > low ? high - low : Math.Max(Math.Abs(low), 1) * 1e-3;
        _counts = new long[Bins];
        (_low, _width) = (low, span * (1 + 1e-9) / Bins);
        foreach (var value in _kept) Count(value);
        _kept.Clear();
        _kept.TrimExcess();
    }

    private void Count(double value)
    {
        var counts = _counts!;
        while (value < _low) Double(downwards: true);
        while (value >= _low + _width * Bins) Double(downwards: false);
        counts[Math.Clamp((int)((value - _low) / _width), 0, Bins - 1)]++;
    }

    private void Double(bool downwards)
    {
        var counts = _counts!;
        var merged = new long[Bins];
        var offset = downwards ? Bins / 2 : 0;
        for (var i = 0; i < Bins; i++) merged[offset + i / 2] += counts[i];
        merged.CopyTo(counts, 0);
        if (downwards) _low -= _width * Bins;
        _width *= 2;
    }

    private double FromBins(long[] counts, double q)
    {
        var place = q * (_total - 1);
        long before = 0;
        for (var i = 0; i < Bins; i++)
        {
            if (counts[i] == 0 || before + counts[i] <= place)
            {
                before += counts[i];
                continue;
            }
            return _low + _width * (i + (place - before + 0.5) / counts[i]);
        }
        return _low + _width * Bins;
    }
}
