using System.Diagnostics;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Model.Policies;

/// <summary>How a network sees pictures.</summary>
/// <param name="Resize">To its side.</param>
/// <param name="Normalization">Of the bytes.</param>
internal sealed record PixelView(ImageResize Resize, PixelNormalization Normalization);

/// <summary>One frame to the pixels of one or two views. Keeps the pictures on the way, and allocates nothing for frames of the size before. For one thread.</summary>
internal sealed class FramePixels(PixelView vision, PixelView? depth)
{
    private readonly RgbImage _vision = new(vision.Resize.Target);
    private readonly RgbImage? _depth = depth is null ? null : new(depth.Resize.Target);
    private RgbImage? _decoded;

    /// <summary>How long the last frame's decoding took, in ticks of the stopwatch.</summary>
    internal long DecodeTicks { get; private set; }

    /// <summary>And all the rest of it.</summary>
    internal long ResizeTicks { get; private set; }

    /// <summary>Fills both views, [side, side, 3]; <paramref name="depthPixels"/> are empty where depth is not to be seen, and filled with <paramref name="trueDepth"/> where there is one.</summary>
    /// <exception cref="InvalidObservationException">The frame is broken.</exception>
    internal void Read(CameraFrame frame, RgbImage? trueDepth, Span<byte> visionPixels, Span<byte> depthPixels)
    {
        var start = Stopwatch.GetTimestamp();
        FrameDecoder.Decode(frame, ref _decoded);
        var decoded = Stopwatch.GetTimestamp();

        Fill(_decoded, vision, _vision, visionPixels);
        if (depth is not null && !depthPixels.IsEmpty) Fill(trueDepth ?? _decoded, depth, _depth!, depthPixels);
        (DecodeTicks, ResizeTicks) = (decoded - start, Stopwatch.GetTimestamp() - decoded);
    }

    private static void Fill(RgbImage picture, PixelView view, RgbImage resized, Span<byte> pixels)
    {
        view.Resize.Apply(picture, resized);
        resized.Pixels.CopyTo(pixels);
    }
}
