using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Learning.Tests.Training;

/// <summary>Folders of RGB and depth whose depth can be seen in the picture: the brighter, the farther.</summary>
internal static class RgbdScenes
{
    private static readonly ImageSize Size = new(40, 30);

    /// <summary>Scenes "scene_000" and on below <paramref name="root"/>, as WildRGB-D has them.</summary>
    internal static void Write(string root, int scenes, int pairs)
    {
        for (var scene = 0; scene < scenes; scene++)
            for (var i = 0; i < pairs; i++) Pair(Path.Combine(root, $"scene_{scene:D3}"), i, seed: 100 * scene + i);
    }

    internal static void Pair(string folder, int number, int seed, Func<double, double>? metres = null)
    {
        Directory.CreateDirectory(Path.Combine(folder, "rgb"));
        Directory.CreateDirectory(Path.Combine(folder, "depth"));
        var random = new Random(seed);
        var (start, slope) = (random.NextDouble() * 0.4, random.NextDouble() * 0.5);
        var (pixels, depth) = (new byte[Size.Bytes], new float[Size.Width * Size.Height]);
        for (var i = 0; i < depth.Length; i++)
        {
            var light = start + slope * (i / Size.Width) / Size.Height;
            pixels.AsSpan(3 * i, 3).Fill((byte)(255 * light));
            depth[i] = (float)(metres?.Invoke(light) ?? 2 + 2 * light);
        }

        File.WriteAllBytes(Path.Combine(folder, $"rgb/{number:D5}.png"), PngCodec.Encode(new RgbImage(Size.Width, Size.Height, pixels)));
        File.WriteAllBytes(Path.Combine(folder, $"depth/{number:D5}.png"), DepthPng.Encode(DepthImage.FromMetres(depth, Size)));
    }
}
