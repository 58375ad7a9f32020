using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Model.Policies;

namespace DepthVla.Robot.Tools.Inference;

/// <summary>What each camera saw and below it, pixel over pixel, the depth that the model saw in it; then what the colours mean.</summary>
internal static class DepthPicture
{
    // px: a tile is at least so wide, whatever the model's resolution.
    private const int Side = 336;
    private const int ScaleHeight = 12;

    internal static RgbImage Draw(IReadOnlyList<RgbImage> pictures, ImmutableArray<DepthMap> maps, DepthVlaPolicy policy)
    {
        var times = (Side + maps[0].Width - 1) / maps[0].Width;
        var range = DepthRange.Of([.. maps.SelectMany(m => m.Metres.ToArray())]); // one for all, so that colours can be compared
        List<IReadOnlyList<LabelledPicture>> rows =
        [
            [.. maps.Select((map, i) => new LabelledPicture(policy.AsSeen(pictures[i], map.Width * times), map.Camera))],
            [.. maps.Select(map => new LabelledPicture(Paint(map, range, times), DepthColors.Caption(policy.Info.Trained)))],
        ];
        if (policy.Info.Trained) rows.Add([Scale(range, maps[0].Width * times)]); // metres that nobody predicted would be a lie
        return PictureStrip.Draw(rows);
    }

    /// <summary>Every depth as a square: they are what they are, without smoothing.</summary>
    private static RgbImage Paint(DepthMap map, DepthRange range, int times) =>
        PictureStrip.Draw([[new(DepthColors.Paint(map.Metres.Span, map.Width, map.Height, range))]], times, gap: 0);

    private static LabelledPicture Scale(DepthRange range, int width)
    {
        var (near, far) = range;
        var metres = Enumerable.Range(0, width * ScaleHeight).Select(i => near + (far - near) * (i % width) / (width - 1)).ToArray();
        return new(DepthColors.Paint(metres, width, ScaleHeight, range), string.Create(CultureInfo.InvariantCulture, $"from {near:0.00} m to {far:0.00} m"));
    }
}
