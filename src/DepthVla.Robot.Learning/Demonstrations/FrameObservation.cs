using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>A frame of an episode as what a policy is asked about.</summary>
internal static class FrameObservation
{
    /// <param name="frame">What was seen, JPEG or PNG, and felt.</param>
    /// <param name="instruction">What the policy is told.</param>
    /// <param name="policy">Whose cameras are shown.</param>
    /// <param name="number">Counts the questions; the noise's seed too.</param>
    internal static Observation Of(EpisodeFrame frame, string instruction, PolicyInfo policy, int number)
    {
        var joints = JointVector.Zero(frame.State.Length);
        for (var j = 0; j < frame.State.Length; j++) joints[j] = frame.State[j];
        return new Observation
        {
            Sequence = number, CaptureTimeNs = 0, BudgetNs = long.MaxValue, Proprioception = joints, NoiseSeed = (ulong)number, Instruction = instruction,
            Frames = [.. policy.Cameras.Select(camera => Picture(camera, frame.Pictures[camera], number))],
            TrueDepth = policy.ReadsTrueDepth ? [.. policy.Cameras.Where(frame.Depths.ContainsKey).Select(camera => Depth(camera, frame.Depths[camera]))] : [],
        };
    }

    private static TrueDepth Depth(string camera, ReadOnlyMemory<byte> png)
    {
        var depth = DepthPng.Decode(png.Span);
        return new TrueDepth(camera, depth.Size.Width, depth.Size.Height, depth.ToMetres());
    }

    private static CameraFrame Picture(string camera, ReadOnlyMemory<byte> picture, int number)
    {
        var isJpeg = picture.Span[0] == 0xFF;
        var decoded = isJpeg ? null : PngCodec.Decode(picture.Span);
        var size = decoded?.Size ?? JpegCodec.ReadSize(picture.Span);
        return new CameraFrame
        {
            Camera = camera, Encoding = isJpeg ? ImageEncoding.Jpeg : ImageEncoding.Rgb8, Width = size.Width, Height = size.Height,
            Stride = decoded?.Stride ?? 0, CaptureTimeNs = 0, Sequence = number, Data = decoded?.Memory ?? picture,
        };
    }
}
