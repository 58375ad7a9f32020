using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>A picture that is not black.</summary>
internal static class Photograph
{
    /// <summary>Writes one, 320x240 px. Its path.</summary>
    public static string Write(string folder)
    {
        var file = Path.Combine(folder, "photograph.png");
        File.WriteAllBytes(file, PngCodec.Encode(Gradient(320, 240)));
        return file;
    }

    /// <summary>The pixels.</summary>
    public static RgbImage Gradient(int width, int height) => new(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(i / 3 % width))]);
}
