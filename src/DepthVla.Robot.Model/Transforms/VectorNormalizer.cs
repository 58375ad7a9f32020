using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Transforms;

/// <summary>Brings vectors to the size of one and back, number by number: (x − offset)/scale.</summary>
/// <remarks>
/// z-score, per step or not: (x − mean)/(std + 1e-6). Quantile: (x − q01)/(q99 − q01 + 1e-6)·2 − 1. The inverses use the same ε, so that they are exact
/// inverses. Source: openpi, src/openpi/transforms.py.
/// </remarks>
internal sealed class VectorNormalizer
{
    private const double Epsilon = 1e-6;
    private readonly double[] _offset;
    private readonly double[] _scale;

    internal VectorNormalizer(DimensionStats stats, NormalizationMethod method)
    {
        if (method != NormalizationMethod.Quantile)
        {
            _offset = [.. stats.Mean];
            _scale = [.. stats.Std.Select(s => s + Epsilon)];
            return;
        }

        // (x − q01)/w·2 − 1 = (x − (q01 + w/2))/(w/2), with w = q99 − q01 + ε.
        _scale = [.. stats.Q01!.Value.Zip(stats.Q99!.Value, (low, high) => (high - low + Epsilon) / 2)];
        _offset = [.. stats.Q01.Value.Zip(_scale, (low, half) => low + half)];
    }

    internal int Count => _offset.Length;

    internal double Normalize(double value, int dimension) => (value - _offset[dimension]) / _scale[dimension];

    internal double Restore(double value, int dimension) => value * _scale[dimension] + _offset[dimension];
}
