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
            var picture = Scene.Of(width, height);
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
}
