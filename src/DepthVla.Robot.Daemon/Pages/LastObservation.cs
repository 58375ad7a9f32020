using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Frames;

namespace DepthVla.Robot.Daemon.Pages;

/// <summary>What the robot saw last. One writer, any readers.</summary>
internal sealed class LastObservation
{
    private Observation? _newest;

    /// <summary>The observing thread's.</summary>
    public void Keep(Observation observation) => Volatile.Write(ref _newest, observation);

    /// <summary>A camera's last picture as JPEG; null where there is none. Any thread; what the camera did not compress is compressed here.</summary>
    public ReadOnlyMemory<byte>? Jpeg(string camera)
    {
        if (Volatile.Read(ref _newest)?.Frames.FirstOrDefault(frame => frame.Camera == camera) is not { } frame) return null;
        return frame.Encoding == ImageEncoding.Jpeg ? frame.Data : JpegCodec.Encode(FrameDecoder.Decode(frame));
    }
}
