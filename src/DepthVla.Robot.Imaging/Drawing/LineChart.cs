using System.Globalization;

namespace DepthVla.Robot.Imaging.Drawing;

/// <summary>A curve: points in the order of x.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">Points that are not finite are left out.</param>
public sealed record Curve(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>How a chart's y axis runs.</summary>
public enum ChartScale
{
    /// <summary>By powers of ten, positive values only: how losses fall.</summary>
    Logarithmic,

    /// <summary>Evenly, from the least to the most.</summary>
    Linear,
}

/// <summary>Draws curves over a common x.</summary>
public static class LineChart
{
    private const int Left = 70, Right = 20, Top = 44, Bottom = 30, LegendAdvance = 24;
    private static readonly (byte R, byte G, byte B)[] Colors = [(240, 190, 70), (90, 170, 250), (120, 220, 120), (240, 110, 110), (200, 140, 250), (160, 160, 160)];
    private static readonly (byte R, byte G, byte B) Grid = (64, 64, 64);

    /// <summary>A picture of the curves.</summary>
    /// <param name="title">Above them.</param>
    /// <param name="curves">At least one value among them that can be drawn: finite, and positive on a logarithmic scale.</param>
    /// <param name="size">Of the picture, 200x120 px or more.</param>
    /// <param name="scale">Of the y axis.</param>
    /// <exception cref="ArgumentException">There is nothing to draw, or too little room.</exception>
    public static RgbImage Draw(string title, IReadOnlyList<Curve> curves, ImageSize size, ChartScale scale = ChartScale.Logarithmic)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (size.Width < 200 || size.Height < 120) throw new ArgumentException($"A chart needs 200x120 px or more, not {size.Width}x{size.Height}.", nameof(size));
        bool IsDrawn((double X, double Y) point) => double.IsFinite(point.X) && double.IsFinite(point.Y) && (scale == ChartScale.Linear || point.Y > 0);
        var points = curves.SelectMany(c => c.Points).Where(IsDrawn).ToArray();
        if (points.Length == 0) throw new ArgumentException("There is no finite, positive value to draw.", nameof(curves));

        var canvas = new Canvas(size.Width, size.Height);
        double Place(double y) => scale == ChartScale.Linear ? y : Math.Log10(y);
        var marks = Marks(Place(points.Min(p => p.Y)), Place(points.Max(p => p.Y)), scale);
        var (low, high) = (marks[0], marks[^1]);
        var last = Math.Max(points.Max(p => p.X), 1);
        int Column(double x) => Left + (int)Math.Round(x / last * (size.Width - Left - Right - 1));
        int RowOf(double place) => Top + (int)Math.Round((high - place) / (high - low) * (size.Height - Top - Bottom - 1));
        int Row(double y) => RowOf(Place(y));

        canvas.Write(title, 10, 8, 1, size.Width);
        foreach (var mark in marks)
        {
            canvas.Line((Left, RowOf(mark)), (size.Width - Right - 1, RowOf(mark)), Grid);
            canvas.Write((scale == ChartScale.Linear ? mark : Math.Pow(10, mark)).ToString("0.######", CultureInfo.InvariantCulture), 8, RowOf(mark) - 4, 1, Left);
        }

        canvas.Write("0", Left, size.Height - 18, 1, size.Width);
        var end = last.ToString("0", CultureInfo.InvariantCulture);
        canvas.Write(end, size.Width - Right - BitmapFont.Advance * end.Length, size.Height - 18, 1, size.Width);
        var legend = Left;
        for (var i = 0; i < curves.Count; i++)
        {
            var color = Colors[i % Colors.Length];
            var drawn = curves[i].Points.Where(IsDrawn).ToArray();
            if (drawn.Length == 0) continue;
            for (var p = 1; p < drawn.Length; p++) canvas.Line((Column(drawn[p - 1].X), Row(drawn[p - 1].Y)), (Column(drawn[p].X), Row(drawn[p].Y)), color);
            canvas.Line((legend, 28), (legend + 12, 28), color);
            canvas.Write(curves[i].Name, legend + 16, 24, 1, size.Width);
            legend += LegendAdvance + 16 + BitmapFont.Advance * curves[i].Name.Length;
        }

        return canvas.Image;
    }

    // From at or below the least to above the most: powers of ten, or some five even steps of 1, 2 or 5 times one.
    private static double[] Marks(double least, double most, ChartScale scale)
    {
        var rough = Math.Max(most - least, 1e-9) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = scale == ChartScale.Logarithmic ? 1 : power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
        var (first, last) = (Math.Floor(least / step), Math.Ceiling(most / step + 1e-9));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }
}
