namespace DepthVla.Robot.Imaging.Tests;

/// <summary>Pictures to test with.</summary>
internal static class Pictures
{
    public static RgbImage Plain(int width, int height, (byte R, byte G, byte B) color) => Of(width, height, (_, _) => color);

    /// <summary>Smooth in both directions, different in every channel: what JPEG keeps well.</summary>
    public static RgbImage Gradient(int width, int height) =>
        Of(width, height, (x, y) => ((byte)(255 * x / width), (byte)(255 * y / height), (byte)(255 * (x + y) / (width + height))));

    public static RgbImage Noise(int width, int height, int seed)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    public static RgbImage Of(int width, int height, Func<int, int, (int R, int G, int B)> color)
    {
        var pixels = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = color(x, y);
                var at = 3 * (y * width + x);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)r, (byte)g, (byte)b);
            }
        }
        return new RgbImage(width, height, pixels);
    }

    public static int LargestDifference(RgbImage a, RgbImage b)
    {
        Assert.Equal(a.Size, b.Size);
        var largest = 0;
        for (var i = 0; i < a.Pixels.Length; i++) largest = Math.Max(largest, Math.Abs(a.Pixels[i] - b.Pixels[i]));
        return largest;
    }
}
