using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>Files in the place of a camera: photographs, a folder of them, or a video.</summary>
public static class CameraFiles
{
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png"];

    /// <summary>A camera that shows what is at <paramref name="path"/>: one picture again and again, a folder's pictures in turn, or a video in a loop.</summary>
    /// <exception cref="CameraException">There is nothing, or nothing that can be read.</exception>
    public static async Task<ICamera> OpenAsync(string name, string path, MonotonicClock clock, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) return new PictureCamera(name, [.. Directory.GetFiles(path).Where(IsPicture).Order(StringComparer.Ordinal)], path, clock);
        if (!File.Exists(path)) throw new CameraException(name, $"there is no file or folder {path}");
        return IsPicture(path)
            ? new PictureCamera(name, [path], path, clock)
            : await FfmpegCamera.OpenAsync(name, ["-re", "-stream_loop", "-1", "-i", path], clock, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsPicture(string file) => Pictures.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
