using System.Globalization;
using System.Text.RegularExpressions;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>Where the pictures of a camera come from: a device, a stream, or files in the place of one.</summary>
/// <param name="Name">The camera's name, unique in its robot.</param>
/// <param name="Source">A V4L2 device such as /dev/video0, an rtsp:// address, a picture, a folder of pictures, or a video.</param>
public sealed partial record CameraSource(string Name, string Source)
{
    private const int MaxSide = 4096;
    private const double MaxRateHz = 240, MaxDelaySeconds = 1;

    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png"];

    /// <summary>The size to ask for, px; null leaves it to the source.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>The rate to ask for, Hz; null leaves it to the source.</summary>
    public double? RateHz { get; init; }

    /// <summary>How long after the light fell in a picture is here, as somebody measured it: its capture time is so much earlier. 0 to 1 s.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether it shows the world as it is now. Files may show the same for ever.</summary>
    public bool IsLive => IsDevice || IsStream;

    internal bool IsDevice => Source.StartsWith("/dev/", StringComparison.Ordinal);

    internal bool IsStream => Source.StartsWith("rtsp://", StringComparison.OrdinalIgnoreCase);

    internal bool IsPicture => Directory.Exists(Source) || IsPictureFile(Source);

    /// <summary>Reads NAME=SOURCE, and after it any of @WIDTHxHEIGHT, @RATEHz and @DELAYms, each at most once. Null for what is none.</summary>
    public static CameraSource? Parse(string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } rest]) return null;
        var match = Form().Match(rest);
        if (!match.Success || match.Groups.Values.Any(group => group.Name != "0" && group.Captures.Count > 1)) return null;
        var (width, height, rate, delay) = (Number("width"), Number("height"), Number("rate"), Number("delay"));
        if (width is < 1 or > MaxSide || height is < 1 or > MaxSide || rate is <= 0 or > MaxRateHz || delay > 1e3 * MaxDelaySeconds) return null;
        return new(name.Trim(), match.Groups["source"].Value)
        {
            Size = width is { } w && height is { } h ? new((int)w, (int)h) : null,
            RateHz = rate,
            Delay = TimeSpan.FromMilliseconds(delay ?? 0),
        };

        double? Number(string part) => match.Groups[part] is { Success: true, Value: var value } ? double.Parse(value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Opens it, and waits for the first picture of what moves.</summary>
    /// <exception cref="CameraException">There is nothing, or nothing that can be shown.</exception>
    public async Task<ICamera> OpenAsync(MonotonicClock clock, CancellationToken cancellationToken)
    {
        if (IsStream) return await FfmpegCamera.OpenAsync(this, clock, cancellationToken).ConfigureAwait(false);
        if (!File.Exists(Source) && !Directory.Exists(Source)) throw new CameraException(Name, $"there is no {(IsDevice ? "device" : "file or folder")} {Source}");
        if (IsDevice || !IsPicture) return await FfmpegCamera.OpenAsync(this, clock, cancellationToken).ConfigureAwait(false);
        if (RateHz is not null) throw new CameraException(Name, $"{Source} are pictures, which have no rate; leave @{RateHz}Hz out");
        return new PictureCamera(this, clock);
    }

    private static bool IsPictureFile(string file) => Pictures.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>A folder's pictures in the order of their names, or the picture itself.</summary>
    internal string[] PictureFiles() => Directory.Exists(Source) ? [.. Directory.GetFiles(Source).Where(IsPictureFile).Order(StringComparer.Ordinal)] : [Source];

    [GeneratedRegex(@"^(?<source>.+?)(?:@(?<width>\d{1,5})x(?<height>\d{1,5})|@(?<rate>\d{1,3}(?:\.\d{1,6})?)Hz|@(?<delay>\d{1,4}(?:\.\d{1,6})?)ms)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
