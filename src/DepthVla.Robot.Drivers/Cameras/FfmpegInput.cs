using System.Globalization;

namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>What ffmpeg is told of a source.</summary>
internal static class FfmpegInput
{
    // After so long without a packet an RTSP stream counts as lost, µs.
    private const string StreamTimeout = "5000000";

    /// <summary>The arguments up to what becomes of the pictures.</summary>
    public static IEnumerable<string> Arguments(CameraSource source)
    {
        // A device is asked for size and rate, as it has few; of anything else the pictures are changed.
        if (source.IsDevice) return ["-f", "v4l2", .. Rate(source), .. Size(source), "-fflags", "nobuffer", "-i", source.Source];
        string[] input = source.IsStream
            ? ["-rtsp_transport", "tcp", "-timeout", StreamTimeout, "-fflags", "nobuffer", "-flags", "low_delay", "-i", source.Source]
            : ["-re", "-stream_loop", "-1", "-i", source.Source];
        return [.. input, .. Filter(source)];
    }

    private static string[] Rate(CameraSource source) => source.RateHz is { } rate ? ["-framerate", Text(rate)] : [];

    private static string[] Size(CameraSource source) => source.Size is { } size ? ["-video_size", $"{size.Width}x{size.Height}"] : [];

    private static string[] Filter(CameraSource source)
    {
        var filters = new List<string>();
        if (source.RateHz is { } rate) filters.Add($"fps={Text(rate)}");
        if (source.Size is { } size) filters.Add($"scale={size.Width}:{size.Height}");
        return filters.Count == 0 ? [] : ["-vf", string.Join(',', filters)];
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
