namespace DepthVla.Robot.Model.Randomness;

/// <summary>Quantiles of the normal distribution cut off at ±2 σ: a random 16-bit index into this table is a random weight.</summary>
/// <remarks>A lookup instead of a rejection loop: 3.9 billion weights take seconds, and each is a pure function of its place.</remarks>
internal static class TruncatedNormal
{
    internal const int Levels = 1 << 16;
    private const double Cut = 2;

    /// <summary>The values, ascending and symmetric.</summary>
    internal static float[] Quantiles(double sigma)
    {
        var tail = 1 - Cumulative(Cut);
        var quantiles = new float[Levels];
        for (var i = 0; i < Levels / 2; i++)
        {
            var p = tail + (1 - 2 * tail) * ((i + 0.5) / Levels);
            quantiles[i] = (float)(sigma * Inverse(p));
            quantiles[Levels - 1 - i] = -quantiles[i];
        }

        return quantiles;
    }

    // Bisection on the distribution itself: slow, obviously right, and run once.
    private static double Inverse(double p)
    {
        var (low, high) = (-Cut, 0.0);
        while (high - low > 1e-12)
        {
            var middle = (low + high) / 2;
            if (Cumulative(middle) < p) low = middle; else high = middle;
        }

        return (low + high) / 2;
    }

    // Φ(x) by its series about 0, good to 1e-15 for |x| ≤ 2: ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …).
    private static double Cumulative(double x)
    {
        var (term, sum) = (x, x);
        for (var k = 3; Math.Abs(term) > 1e-17; k += 2) sum += term *= x * x / k;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }
}
