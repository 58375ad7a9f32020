using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Model.Tests.Policies;

/// <summary>What an arm with the preset's two cameras and seven joints might observe; pictures are noise from a seed.</summary>
internal static class TinyObservation
{
    /// <summary>The side of the pictures that the network sees, px.</summary>
    internal const int Side = 112;

    internal static readonly double[] Joints = [0.1, -0.4, 0.5, -0.2, 1.3, 0.3, 0.03];

    internal static Observation Create(long sequence = 1, params ReadOnlySpan<CameraFrame> frames) => new()
    {
        Sequence = sequence,
        CaptureTimeNs = 1_000_000_000,
        BudgetNs = 210_000_000,
        Frames = frames.IsEmpty ? [Frame("primary", Picture(1)), Frame("wrist", Picture(2))] : [.. frames],
        Proprioception = JointVector.From(Joints),
        Instruction = "put the spoon on the towel",
    };

    internal static RgbImage Picture(int seed, int width = Side, int height = Side)
    {
        var pixels = new byte[width * height * 3];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    internal static CameraFrame Frame(string camera, RgbImage picture, ImageEncoding encoding = ImageEncoding.Rgb8, ReadOnlyMemory<byte>? data = null) => new()
    {
        Camera = camera,
        Encoding = encoding,
        Width = picture.Width,
        Height = picture.Height,
        CaptureTimeNs = 1_000_000_000,
        Sequence = 1,
        Data = data ?? picture.Memory,
    };
}
