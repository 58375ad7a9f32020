using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Writing;

/// <summary>Whether frames are what the dataset's features promise, before anything is written.</summary>
internal static class FrameCheck
{
    // s: LeRobot refuses a dataset whose frames are not on the grid of its rate.
    private const double Tolerance = 1e-4;

    /// <exception cref="ArgumentException">They are not; the message names the frame and the feature.</exception>
    public static void Require(IReadOnlyList<EpisodeFrame> frames, DatasetSpec spec)
    {
        if (frames.Count == 0) throw new ArgumentException("An episode needs at least one frame.", nameof(frames));
        for (var i = 0; i < frames.Count; i++)
        {
            if (Fault(frames[i], i, spec) is { } fault) throw new ArgumentException($"frame {i}: {fault}", nameof(frames));
        }
    }

    private static string? Fault(EpisodeFrame frame, int index, DatasetSpec spec)
    {
        if (!(Math.Abs(frame.Seconds - index / spec.Fps) <= Tolerance))
            return $"it is at {frame.Seconds} s, but at {spec.Fps} frames a second it must be at {index / spec.Fps:0.####} s";
        foreach (var feature in spec.Features)
        {
            if ((feature.IsImage ? PictureFault(feature, frame) : NumberFault(feature, frame)) is { } fault) return $"{feature.Key}: {fault}";
        }
        var (came, expected) = (frame.Pictures.Count + frame.Depths.Count, spec.Features.Count(f => f.IsImage));
        return came == expected ? null : $"{came} pictures and depths, not the dataset's {expected}";
    }

    private static string? PictureFault(Feature feature, EpisodeFrame frame)
    {
        if (!(feature.IsDepth ? frame.Depths : frame.Pictures).TryGetValue(feature.Name, out var bytes)) return "the frame has none";
        try
        {
            var size = feature.IsDepth ? DepthPng.ReadSize(bytes.Span) : EncodedPicture.ReadSize(bytes.Span);
            return size == feature.PictureSize ? null : $"it is {size} instead of {feature.PictureSize}";
        }
        catch (InvalidImageException e)
        {
            return e.Message;
        }
    }

    private static string? NumberFault(Feature feature, EpisodeFrame frame)
    {
        var values = FrameValues.Of(feature, frame);
        if (values.IsDefault) return "the frame has none";
        if (values.Length != feature.Count) return $"{values.Length} numbers instead of {feature.Count}";
        if (feature.Key is not (Feature.StateKey or Feature.ActionKey)) return null;
        for (var i = 0; i < values.Length; i++) if (!float.IsFinite(values[i])) return $"number {i} is {values[i]}";
        return null;
    }
}
