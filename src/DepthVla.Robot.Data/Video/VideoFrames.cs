using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Data.Video;

/// <summary>A video that does not give the frames it should.</summary>
public sealed class InvalidVideoException(string message) : Exception(message);

/// <summary>Frames of a video file, decoded by ffmpeg (Debian: ffmpeg) as a child process. Thread-safe.</summary>
internal static class VideoFrames
{
    private const int MostComplaint = 500;

    /// <summary>Frames one by one, from the first at or after <paramref name="from"/>, s; fewer where the video ends before.</summary>
    /// <exception cref="InvalidVideoException">The file cannot be decoded.</exception>
    /// <exception cref="FileNotFoundException">ffmpeg is not installed.</exception>
    public static IEnumerable<RgbImage> Read(string file, double from, int count)
    {
        string[] seek = from > 0 ? ["-ss", from.ToString("F6", CultureInfo.InvariantCulture)] : [];
        var start = new ProcessStartInfo("ffmpeg",
        [
            "-nostdin", "-v", "error", "-xerror", .. seek, "-i", file, "-an", "-frames:v", count.ToString(CultureInfo.InvariantCulture),
            "-vsync", "passthrough", "-c:v", "ppm", "-f", "image2pipe", "-",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Start(start);
        try
        {
            var complaint = process.StandardError.ReadToEndAsync();
            using var pictures = new BufferedStream(process.StandardOutput.BaseStream, 1 << 16);
            while (ReadPicture(pictures, file) is { } picture) yield return picture;
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidVideoException($"ffmpeg cannot decode it: {FirstLine(complaint.GetAwaiter().GetResult())}");
        }
        finally
        {
            // Whoever has seen enough must not leave a decoder behind.
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new FileNotFoundException("ffmpeg is not installed, and the dataset has videos. Install it with: apt-get install ffmpeg", e);
        }
    }

    /// <summary>One binary PPM: "P6", width, height, 255, each behind white space, then the pixels; null at the end.</summary>
    private static RgbImage? ReadPicture(Stream stream, string file)
    {
        if (ReadWord(stream) is not { Length: > 0 } magic) return null;
        if (magic != "P6" || !int.TryParse(ReadWord(stream), out var width) || !int.TryParse(ReadWord(stream), out var height) || ReadWord(stream) != "255")
            throw new InvalidVideoException($"ffmpeg gave something other than pictures of {Path.GetFileName(file)}");
        var size = new ImageSize(width, height);
        if (!size.IsAllowed) throw new InvalidVideoException($"its frames are {size}; at most {ImageSize.MaxSide} px a side are accepted");
        var pixels = new byte[size.Bytes];
        var read = stream.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false);
        if (read < pixels.Length) throw new InvalidVideoException("ffmpeg stopped within a frame");
        return new RgbImage(width, height, pixels);
    }

    private static string ReadWord(Stream stream)
    {
        var word = "";
        for (var c = stream.ReadByte(); c >= 0 && !char.IsWhiteSpace((char)c); c = stream.ReadByte()) word += (char)c;
        return word;
    }

    private static string FirstLine(string text)
    {
        var line = text.Trim().Split('\n')[0];
        return line.Length == 0 ? "it gave no reason" : line[..Math.Min(line.Length, MostComplaint)];
    }
}
