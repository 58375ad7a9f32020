using System.Globalization;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Learning.Evaluation.Rollouts;

namespace DepthVla.Robot.Learning.Evaluation.Pictures;

/// <summary>Attempts at a glance: a row each, some moments from begin to end.</summary>
public static class AttemptStrip
{
    private const int MomentsARow = 6;

    /// <summary>How many attempts fit into a picture.</summary>
    public const int MostRows = 24;

    /// <summary>Draws those attempts that have pictures, at most <see cref="MostRows"/>; null when none has.</summary>
    public static RgbImage? Draw(IEnumerable<Attempt> attempts)
    {
        LabelledPicture[][] rows = [.. attempts.Where(attempt => !attempt.Moments.IsEmpty).Take(MostRows).Select(Row)];
        return rows.Length == 0 ? null : PictureStrip.Draw(rows);
    }

    /// <summary>Such as "pick-red 7: done in 3.4 s" or "pick-red 7: 2 of 3".</summary>
    internal static string Caption(Attempt attempt)
    {
        var (task, _, seed, success, points, outOf, seconds) = attempt.Outcome;
        return string.Create(CultureInfo.InvariantCulture, $"{task} {seed}: {(success ? $"done in {seconds:0.0} s" : $"{points} of {outOf}")}");
    }

    private static LabelledPicture[] Row(Attempt attempt)
    {
        var moments = attempt.Moments;
        var shown = Math.Min(MomentsARow, moments.Length);
        return [.. Enumerable.Range(0, shown).Select(i => Cell(i, moments[shown == 1 ? 0 : i * (moments.Length - 1) / (shown - 1)]))];

        LabelledPicture Cell(int column, Moment moment) => new(
            JpegCodec.Decode(moment.Primary.Span), column == 0 ? Caption(attempt) : string.Create(CultureInfo.InvariantCulture, $"{moment.Seconds:0.0} s"));
    }
}
