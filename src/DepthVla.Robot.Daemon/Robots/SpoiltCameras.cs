using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>Cameras whose pictures are not what they should be: a policy that still succeeds does not look.</summary>
internal static class SpoiltCameras
{
    /// <summary>The cameras with a fault; they own the sound ones.</summary>
    public static ImmutableArray<ICamera> Spoil(ImmutableArray<ICamera> cameras, CameraFault fault) => fault switch
    {
        CameraFault.Black => [.. cameras.Select(camera => new Spoilt(camera.Spec, camera, Black(camera.Spec)))],
        CameraFault.Swapped => [.. cameras.Select((camera, i) => new Spoilt(camera.Spec, cameras[(i + 1) % cameras.Length], picture: null))],
        _ => cameras,
    };

    private static ReadOnlyMemory<byte>? Black(CameraSpec spec) => spec.Encoding == ImageEncoding.Jpeg
        ? JpegCodec.Encode(new RgbImage(spec.Width, spec.Height))
        : new byte[3 * spec.Width * spec.Height];

    private sealed class Spoilt(CameraSpec spec, ICamera source, ReadOnlyMemory<byte>? picture) : ICamera
    {
        public CameraSpec Spec => spec;

        public async ValueTask<CameraFrame> CaptureAsync(CancellationToken cancellationToken)
        {
            var frame = await source.CaptureAsync(cancellationToken);
            return frame with { Camera = spec.Name, Data = picture ?? frame.Data };
        }

        public void Dispose() => source.Dispose();
    }
}
