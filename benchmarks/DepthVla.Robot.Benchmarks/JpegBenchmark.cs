using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Resampling;
using Spectre.Console;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Frames to pixels: JPEG decoding and resizing against copying the same number of bytes.</summary>
internal static class JpegBenchmark
{
    internal static void Run()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("frame");
        foreach (var column in (string[])["KiB", "decode ms", "MPixel/s", "resize to 224 ms", "copy ms", "decode × copy"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (width, height) in ((int, int)[])[(224, 224), (640, 480), (1280, 720)])
        {
            var picture = Scene(width, height);
            var jpeg = JpegCodec.Encode(picture);
            var (decoded, resize, small) = (new RgbImage(width, height), new ResizeWithPad(new ImageSize(224, 224)), new RgbImage(224, 224));
            var target = new byte[picture.Pixels.Length];
            var decode = Timing.Of(() => JpegCodec.Decode(jpeg, decoded), 20, 200);
            var resized = Timing.Of(() => resize.Apply(decoded, small), 20, 200);
            var copy = Timing.Of(() => picture.Pixels.CopyTo(target), 20, 200);
            table.AddRow($"{width}x{height}", Text.Number(jpeg.Length / 1024.0, 0), Text.Number(decode.MedianMs, 2), Text.Number(width * height / decode.MedianMs / 1000, 0),
                Text.Number(resized.MedianMs, 2), Text.Number(copy.MedianMs, 3), Text.Number(decode.MedianMs / copy.MedianMs, 0));
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Smooth shades, edges and a little noise: about as hard to compress as a photograph of a table.</summary>
    private static RgbImage Scene(int width, int height)
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
