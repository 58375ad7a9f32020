using System.Globalization;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Reading;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Imaging.Resampling;

namespace DepthVla.Robot.Tools.Datasets;

/// <summary>Some episodes of a dataset, a row a camera, from the first frame to the last.</summary>
internal static class EpisodePictures
{
    private const int MostEpisodes = 4;
    private const int MostFrames = 6;

    // px
    private const int Width = 160;

    internal static RgbImage Draw(LeRobotDataset dataset, IReadOnlyList<int> sound)
    {
        var rows = new List<IReadOnlyList<LabelledPicture>>();
        foreach (var i in Spread(sound.Count, MostEpisodes))
        {
            var episode = dataset.ReadEpisode(sound[i]);
            EpisodeFrame[] frames = [.. Spread(episode.Frames.Length, MostFrames).Select(k => episode.Frames[k])];
            foreach (var camera in dataset.Info.Cameras)
            {
                rows.Add([.. frames.Select(frame => new LabelledPicture(Small(frame.Pictures[camera.Name]), Label(episode, camera, frame)))]);
            }
            foreach (var camera in dataset.Info.Depths) rows.Add(Depths(camera, frames));
        }
        return rows.Count > 0 ? PictureStrip.Draw(rows) : new RgbImage(1, 1);
    }

    private static List<LabelledPicture> Depths(Feature camera, EpisodeFrame[] frames)
    {
        DepthImage[] depths = [.. frames.Select(frame => Small(DepthPng.Decode(frame.Depths[camera.Name].Span)))];
        var range = DepthRange.Of([.. depths.SelectMany(depth => depth.ToMetres())]); // one for all, so that colours can be compared
        return [.. depths.Select((depth, i) => new LabelledPicture(
            DepthColors.Paint(depth.ToMetres(), depth.Size.Width, depth.Size.Height, range),
            string.Create(CultureInfo.InvariantCulture, $"{camera.Name} {range.Near:0.00}-{range.Far:0.00} m")))];
    }

    private static string Label(Episode episode, Feature camera, EpisodeFrame frame) =>
        string.Create(CultureInfo.InvariantCulture, $"{episode.Index} {camera.Name} {frame.Seconds:0.0} s");

    private static RgbImage Small(ReadOnlyMemory<byte> encoded)
    {
        var image = EncodedPicture.Decode(encoded.Span);
        return new Stretch(SmallSize(image.Size)).Apply(image);
    }

    private static DepthImage Small(DepthImage depth) => depth.Nearest(SmallSize(depth.Size));

    private static ImageSize SmallSize(ImageSize size) => new(Width, Math.Clamp((int)Math.Round((double)Width * size.Height / size.Width), 1, 2 * Width));

    /// <summary>Up to <paramref name="most"/> places of a list, evenly spread, first and last among them.</summary>
    private static IEnumerable<int> Spread(int count, int most) =>
        Enumerable.Range(0, Math.Min(count, most)).Select(i => most == 1 || count == 1 ? 0 : (int)((long)i * (count - 1) / (Math.Min(count, most) - 1)));
}
