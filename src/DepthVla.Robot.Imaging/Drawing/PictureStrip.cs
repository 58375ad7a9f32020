namespace DepthVla.Robot.Imaging.Drawing;

/// <summary>A picture with a line of text above it, such as "wrist 1.2 s".</summary>
/// <param name="Picture">What to show.</param>
/// <param name="Label">Letters are drawn as capitals; what is wider than the picture is cut off. Empty for none.</param>
public sealed record LabelledPicture(RgbImage Picture, string Label = "");

/// <summary>Lays pictures out in rows and columns, for people to look at.</summary>
public static class PictureStrip
{
    private const int LabelHeight = BitmapFont.Height + 4;

    /// <summary>One picture of all <paramref name="rows"/>, top row first, on dark grey.</summary>
    /// <param name="rows">Rows may differ in length; a column is as wide as its widest picture, a row as high as its highest.</param>
    /// <param name="scale">Every dot becomes a square of so many px, in pictures and text.</param>
    /// <param name="gap">px between and around the pictures.</param>
    /// <exception cref="ArgumentException">There is no row, or a row has no picture.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The result would exceed <see cref="ImageSize.MaxSide"/>.</exception>
    public static RgbImage Draw(IReadOnlyList<IReadOnlyList<LabelledPicture>> rows, int scale = 1, int gap = 4)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0 || rows.Any(row => row.Count == 0)) throw new ArgumentException("Every row needs a picture.", nameof(rows));
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);

        var columns = rows.Max(row => row.Count);
        var widths = Enumerable.Range(0, columns).Select(c => scale * rows.Where(row => c < row.Count).Max(row => row[c].Picture.Width)).ToArray();
        var heights = rows.Select(row => scale * (LabelOf(row) + row.Max(cell => cell.Picture.Height))).ToArray();

        var strip = new Canvas(widths.Sum() + gap * (widths.Length + 1), heights.Sum() + gap * (heights.Length + 1));
        var y = gap;
        for (var r = 0; r < rows.Count; y += heights[r++] + gap)
        {
            var x = gap;
            for (var c = 0; c < rows[r].Count; x += widths[c++] + gap)
            {
                var (picture, label) = rows[r][c];
                if (label.Length > 0) strip.Write(label, x, y, scale, x + widths[c]);
                strip.Place(picture, x, y + scale * LabelOf(rows[r]), scale);
            }
        }
        return strip.Image;
    }

    private static int LabelOf(IReadOnlyList<LabelledPicture> row) => row.Any(cell => cell.Label.Length > 0) ? LabelHeight : 0;
}
