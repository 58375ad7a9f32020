using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Statistics;
using DepthVla.Robot.Imaging.Codecs;

namespace DepthVla.Robot.Data.Writing;

/// <summary>The statistics that LeRobot keeps of every episode, one entry a feature.</summary>
internal static class EpisodeStatistics
{
    // Pictures change slowly, and decoding all of them would cost more than writing them.
    private const int FramesAPicture = 32;
    private const int PixelStep = 4;

    public static JsonObject Of(
        IReadOnlyList<EpisodeFrame> frames, ImmutableArray<Feature> features, int episode, long firstIndex, Func<EpisodeFrame, int> task)
    {
        var json = new JsonObject();
        foreach (var feature in features) json[feature.Key] = feature.IsImage ? OfPictures(feature, frames) : OfNumbers(feature, frames);
        json["timestamp"] = Of(frames, (frame, _) => frame.Seconds);
        json["frame_index"] = Of(frames, (_, i) => i);
        json["episode_index"] = Of(frames, (_, _) => episode);
        json["index"] = Of(frames, (_, i) => firstIndex + i);
        json["task_index"] = Of(frames, (frame, _) => task(frame));
        return json;
    }

    private static JsonObject OfNumbers(Feature feature, IReadOnlyList<EpisodeFrame> frames)
    {
        var statistics = new RunningStatistics(feature.Count, quantiles: false);
        foreach (var frame in frames)
        {
            var values = FrameValues.Of(feature, frame).AsSpan();
            var known = true;
            foreach (var value in values) known &= float.IsFinite(value);
            if (known) statistics.Add(values);
        }
        return statistics.Count == 0 ? Unknown(feature) : StatisticsJson.Of(statistics.Result(), feature.Shape);
    }

    /// <summary>Light from 0 to 1; depth in mm. Channel by channel, [channels, 1, 1].</summary>
    private static JsonObject OfPictures(Feature feature, IReadOnlyList<EpisodeFrame> frames)
    {
        var channels = feature.IsDepth ? 1 : 3;
        var statistics = new RunningStatistics(channels, quantiles: false);
        var pictures = 0;
        for (var i = 0; i < frames.Count; i += FramesAPicture, pictures++)
        {
            if (feature.IsDepth)
            {
                var depths = DepthPng.Decode(frames[i].Depths[feature.Name].Span).Millimetres;
                for (var k = 0; k < depths.Length; k += PixelStep * PixelStep) statistics.Add([depths[k]]);
                continue;
            }
            var picture = EncodedPicture.Decode(frames[i].Pictures[feature.Name].Span);
            for (var y = 0; y < picture.Height; y += PixelStep)
            {
                var row = picture.Row(y);
                for (var x = 0; x < row.Length; x += 3 * PixelStep) statistics.Add([row[x] / 255f, row[x + 1] / 255f, row[x + 2] / 255f]);
            }
        }
        return StatisticsJson.Of(statistics.Result() with { Count = pictures }, [channels, 1, 1]);
    }

    private static JsonObject Unknown(Feature feature)
    {
        ImmutableArray<double> zeros = [.. new double[feature.Count]];
        return StatisticsJson.Of(new() { Count = 0, Mean = zeros, Std = zeros, Min = zeros, Max = zeros }, feature.Shape);
    }

    private static JsonObject Of(IReadOnlyList<EpisodeFrame> frames, Func<EpisodeFrame, int, double> value)
    {
        var (mean, squares, min, max) = (0.0, 0.0, double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < frames.Count; i++)
        {
            var number = value(frames[i], i);
            var away = number - mean;
            mean += away / (i + 1);
            squares += away * (number - mean);
            (min, max) = (Math.Min(min, number), Math.Max(max, number));
        }
        return StatisticsJson.Of(new() { Count = frames.Count, Mean = [mean], Std = [Math.Sqrt(squares / frames.Count)], Min = [min], Max = [max] }, [1]);
    }
}
