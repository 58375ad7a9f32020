namespace DepthVla.Robot.Imaging.Resampling;

/// <summary>Resizing in plain words: every new value is the weighted sum of the old ones, in double precision, rounded nowhere.</summary>
/// <remarks>
/// The measure of <see cref="Resampler"/>, and what the other frameworks compute: with antialiasing jax.image.resize and PyTorch's
/// interpolate(antialias=True), without it PyTorch's default.
/// </remarks>
internal static class FloatResampler
{
    /// <summary>Resizes [height, width, 3] to [size.Height, size.Width, 3].</summary>
    public static double[] Resize(ReadOnlySpan<double> source, ImageSize from, ImageSize to, ResampleFilter filter, bool antialias)
    {
        var across = new TapTable(from.Width, to.Width, filter, antialias);
        var down = new TapTable(from.Height, to.Height, filter, antialias);
        var result = new double[to.Bytes];
        for (var i = 0; i < result.Length; i++)
        {
            var (y, x, channel) = (i / 3 / to.Width, i / 3 % to.Width, i % 3);
            for (var j = 0; j < down.Weights(y).Length; j++)
            {
                var row = (down.First(y) + j) * from.Width;
                for (var k = 0; k < across.Weights(x).Length; k++)
                    result[i] += down.Weights(y)[j] * across.Weights(x)[k] * source[3 * (row + across.First(x) + k) + channel];
            }
        }
        return result;
    }
}
