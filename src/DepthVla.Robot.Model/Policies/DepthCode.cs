using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Model.Policies;

/// <summary>Depth as a picture that an encoder for colours can read.</summary>
/// <remarks>
/// A byte alone would round to centimetres. So red is log depth from 0.1 to 3 m, and green and blue are the same unfolded 8 and 64 times finer:
/// triangle waves, which have no jumps where a digit turns over. Unknown depth is black.
/// </remarks>
public static class DepthCode
{
    private static readonly double Nearest = Math.Log(0.1), Range = Math.Log(3) - Math.Log(0.1);

    /// <summary>A picture of the same size.</summary>
    public static RgbImage Picture(DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var pixels = new byte[depth.Size.Bytes];
        for (var i = 0; i < depth.Millimetres.Length; i++)
        {
            if (depth.Millimetres[i] == 0) continue;
            var share = Math.Clamp((Math.Log(depth.Millimetres[i] / 1000.0) - Nearest) / Range, 0, 1);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (Byte(share), Byte(Triangle(8 * share)), Byte(Triangle(64 * share)));
        }

        return new RgbImage(depth.Size.Width, depth.Size.Height, pixels);
    }

    private static double Triangle(double x) => 1 - Math.Abs(1 - (x % 2));

    private static byte Byte(double share) => (byte)Math.Round(255 * share);
}
