using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Reading;

/// <summary>Whether an episode that was read makes sense.</summary>
internal static class EpisodeCheck
{
    /// <exception cref="InvalidDataException">It does not; the message names the frame and the feature.</exception>
    public static void Require(IReadOnlyList<EpisodeFrame> frames, DatasetInfo info, bool pictures, bool decode)
    {
        if (frames.Count == 0) throw new InvalidDataException("it has no frames");
        Feature[] images = pictures ? [.. info.Cameras, .. info.Depths] : [];
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            if (!double.IsFinite(frame.Seconds)) throw Fault(i, $"its timestamp is {frame.Seconds}");
            if (i > 0 && !(frame.Seconds > frames[i - 1].Seconds))
                throw Fault(i, $"its timestamp, {frame.Seconds:0.####} s, is not later than the one before, {frames[i - 1].Seconds:0.####} s");
            RequireFinite(i, Feature.StateKey, frame.State);
            RequireFinite(i, Feature.ActionKey, frame.Action);
            foreach (var image in images) RequirePicture(i, image, (image.IsDepth ? frame.Depths : frame.Pictures)[image.Name].Span, decode);
        }
    }

    private static void RequireFinite(int frame, string key, ImmutableArray<float> values)
    {
        for (var i = 0; i < values.Length; i++) if (!float.IsFinite(values[i])) throw Fault(frame, $"{key}[{i}] is {values[i]}");
    }

    private static void RequirePicture(int frame, Feature feature, ReadOnlySpan<byte> bytes, bool decode)
    {
        ImageSize size;
        try
        {
            size = feature.IsDepth
                ? decode ? DepthPng.Decode(bytes).Size : DepthPng.ReadSize(bytes)
                : decode ? EncodedPicture.Decode(bytes).Size : EncodedPicture.ReadSize(bytes);
        }
        catch (InvalidImageException e)
        {
            throw new InvalidDataException($"frame {frame}: {feature.Key}: {e.Message}", e);
        }
        if (size != feature.PictureSize) throw Fault(frame, $"{feature.Key}: it is {size} instead of {feature.PictureSize}");
    }

    private static InvalidDataException Fault(int frame, string what) => new($"frame {frame}: {what}");
}
