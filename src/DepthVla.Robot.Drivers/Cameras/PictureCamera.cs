using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Drivers.Cameras;

/// <summary>Shows pictures in turn, each as if it were just taken. All come in one size, the first one's unless another is asked for: a contract has one size a camera.</summary>
internal sealed class PictureCamera : ICamera
{
    private readonly ImmutableArray<byte[]> _jpegs;
    private readonly MonotonicClock _clock;
    private readonly long _delayNs;
    private long _shown;

    /// <exception cref="CameraException">There are none, or one cannot be read.</exception>
    internal PictureCamera(CameraSource source, MonotonicClock clock)
    {
        var files = source.PictureFiles();
        if (files.Length == 0) throw new CameraException(source.Name, $"{source.Source} holds no .jpg or .png");
        (_clock, _delayNs) = (clock, (long)source.Delay.TotalNanoseconds);
        var pictures = files.Select(file => Read(source.Name, file)).ToList();
        var size = source.Size ?? pictures[0].Size;
        _jpegs = [.. pictures.Select(p => JpegCodec.Encode(p.Size == size ? p : new ResizeWithPad(size).Apply(p), quality: 95))];
        Spec = new CameraSpec(source.Name, size.Width, size.Height, ImageEncoding.Jpeg);
    }

    public CameraSpec Spec { get; }

    public ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken)
    {
        var jpeg = _jpegs[(int)(_shown % _jpegs.Length)];
        _shown++;
        return ValueTask.FromResult(new CameraFrame
        {
            Camera = Spec.Name, Encoding = ImageEncoding.Jpeg, Width = Spec.Width, Height = Spec.Height,
            CaptureTimeNs = _clock.NowNs - _delayNs, Sequence = _shown, Data = jpeg,
        });
    }

    public void Dispose()
    {
    }

    private static RgbImage Read(string name, string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            return bytes is [0x89, ..] ? PngCodec.Decode(bytes) : JpegCodec.Decode(bytes);
        }
        catch (Exception e) when (e is InvalidImageException or IOException or UnauthorizedAccessException)
        {
            throw new CameraException(name, $"{file} cannot be read: {e.Message}", e);
        }
    }
}
