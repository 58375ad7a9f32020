using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Pictures to work on.</summary>
internal static class Scene
{
    /// <summary>Smooth shades, edges and a little noise: about as hard to compress as a photograph of a table.</summary>
    internal static RgbImage Of(int width, int height)
    {
        var random = new Random(1);
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            var shade = 90 + 60 * Math.Sin(x * 0.013 + i % 3) * Math.Cos(y * 0.017) + (x / 40 % 2 == y / 40 % 2 ? 30 : 0) + random.Next(-6, 7);
            pixels[i] = (byte)Math.Clamp(shade, 0, 255);
        }

        return new RgbImage(width, height, pixels);
    }
}
