using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Network;

/// <summary>The flow time as sines and cosines: [sin | cos] of 2πt/period, periods spaced geometrically. Computed in float64.</summary>
internal static class SinusoidalTime
{
    /// <summary>times [B] → [B · width], row-major.</summary>
    internal static double[] Of(IReadOnlyList<double> times, int width, TimeEmbeddingConfig config)
    {
        var half = width / 2;
        var embedding = new double[times.Count * width];
        for (var i = 0; i < half; i++)
        {
            var fraction = half == 1 ? 0 : (double)i / (half - 1);
            var period = config.MinPeriod * Math.Pow(config.MaxPeriod / config.MinPeriod, fraction);
            for (var b = 0; b < times.Count; b++)
            {
                (embedding[b * width + i], embedding[b * width + half + i]) = Math.SinCos(2 * Math.PI * times[b] / period);
            }
        }

        return embedding;
    }
}
