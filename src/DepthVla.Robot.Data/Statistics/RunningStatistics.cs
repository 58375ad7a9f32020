namespace DepthVla.Robot.Data.Statistics;

/// <summary>Statistics of rows that come one by one. Not thread-safe.</summary>
/// <remarks>
/// Mean and deviation are Welford's, in double precision: exact however far the values lie from 0. Quantiles are exact up to
/// <see cref="QuantileSketch.MostExact"/> rows, and beyond within 1/8192 of the range of the values.
/// </remarks>
public sealed class RunningStatistics
{
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly double[] _min;
    private readonly double[] _max;
    private readonly QuantileSketch[] _quantiles;

    /// <summary>Of nothing yet.</summary>
    /// <param name="dimensions">Numbers a row, 1 or more.</param>
    /// <param name="quantiles">Whether to keep what quantiles need: up to half a megabyte a dimension.</param>
    public RunningStatistics(int dimensions, bool quantiles = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        (_mean, _squares, _min, _max) = (new double[dimensions], new double[dimensions], new double[dimensions], new double[dimensions]);
        Array.Fill(_min, double.PositiveInfinity);
        Array.Fill(_max, double.NegativeInfinity);
        _quantiles = quantiles ? [.. Enumerable.Range(0, dimensions).Select(_ => new QuantileSketch())] : [];
    }

    /// <summary>Numbers a row.</summary>
    public int Dimensions => _mean.Length;

    /// <summary>Rows so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds one row or several, such as the steps of a chunk.</summary>
    /// <exception cref="ArgumentException">Not a whole number of rows, or a number is not finite.</exception>
    public void Add(ReadOnlySpan<float> rows)
    {
        if (rows.Length % Dimensions != 0) throw new ArgumentException($"{rows.Length} numbers are not whole rows of {Dimensions}.", nameof(rows));
        foreach (var value in rows) if (!float.IsFinite(value)) throw new ArgumentException($"{value} has no place in statistics.", nameof(rows));
        for (; !rows.IsEmpty; rows = rows[Dimensions..])
        {
            Count++;
            for (var i = 0; i < Dimensions; i++) Add(i, rows[i]);
        }
    }

    /// <summary>Of all rows so far.</summary>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public FeatureStatistics Result() => Count == 0
        ? throw new InvalidOperationException("Nothing was added, so there are no statistics.")
        : new()
        {
            Count = Count,
            Mean = [.. _mean],
            Std = [.. _squares.Select(sum => Math.Sqrt(sum / Count))],
            Min = [.. _min],
            Max = [.. _max],
            Q01 = [.. _quantiles.Select(q => q.Quantile(0.01))],
            Q99 = [.. _quantiles.Select(q => q.Quantile(0.99))],
        };

    private void Add(int dimension, double value)
    {
        var away = value - _mean[dimension];
        _mean[dimension] += away / Count;
        _squares[dimension] += away * (value - _mean[dimension]);
        _min[dimension] = Math.Min(_min[dimension], value);
        _max[dimension] = Math.Max(_max[dimension], value);
        if (_quantiles.Length > 0) _quantiles[dimension].Add((float)value);
    }
}
