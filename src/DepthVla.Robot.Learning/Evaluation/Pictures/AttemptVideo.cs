using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Learning.Evaluation.Rollouts;

namespace DepthVla.Robot.Learning.Evaluation.Pictures;

/// <summary>Attempts as a film, one after the other, both cameras side by side; encoded by ffmpeg (Debian: ffmpeg) as a child process.</summary>
public static class AttemptVideo
{
    // Frames for which the last picture of an attempt stays.
    private const int Still = 8;

    /// <summary>Writes those attempts that have pictures.</summary>
    /// <param name="file">The video; its ending says which kind.</param>
    /// <param name="attempts">In this order.</param>
    /// <param name="rate">The pictures' own, Hz.</param>
    /// <exception cref="IOException">ffmpeg is not installed, or cannot write it.</exception>
    public static void Write(string file, IEnumerable<Attempt> attempts, double rate)
    {
        using var frames = attempts.Where(attempt => !attempt.Moments.IsEmpty).SelectMany(Frames).GetEnumerator();
        if (!frames.MoveNext()) return;
        var size = frames.Current.Size;
        var start = new ProcessStartInfo("ffmpeg",
        [
            "-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{size}",
            "-r", rate.ToString(CultureInfo.InvariantCulture), "-i", "-",
            "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", file,
        ])
        { RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Start(start);
        var complaint = process.StandardError.ReadToEndAsync();
        try
        {
            using var pixels = process.StandardInput.BaseStream;
            do pixels.Write(frames.Current.Pixels);
            while (frames.MoveNext());
        }
        catch (IOException) when (process.WaitForExit(1000))
        {
            // It gave up before the end: what it said is told below.
        }

        process.WaitForExit();
        if (process.ExitCode != 0) throw new IOException($"ffmpeg could not write {file}: {complaint.GetAwaiter().GetResult().Split('\n')[0]}");
    }

    private static IEnumerable<RgbImage> Frames(Attempt attempt)
    {
        var caption = AttemptStrip.Caption(attempt);
        var last = attempt.Moments[^1];
        foreach (var moment in attempt.Moments.Concat(Enumerable.Repeat(last, Still)))
        {
            var label = ReferenceEquals(moment, last) ? caption : $"{attempt.Outcome.Task} {attempt.Outcome.Seed}";
            yield return PictureStrip.Draw([[
                new(JpegCodec.Decode(moment.Primary.Span), label),
                new(JpegCodec.Decode(moment.Wrist.Span), string.Create(CultureInfo.InvariantCulture, $"{moment.Seconds:0.0} s")),
            ]]);
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
            throw new IOException("ffmpeg is not installed. Install it with: apt-get install ffmpeg", e);
        }
    }
}
