namespace DepthVla.Robot.Imaging.Drawing;

/// <summary>A picture being drawn.</summary>
internal sealed class Canvas
{
    private const byte Background = 32;
    private const byte Ink = 224;

    public Canvas(int width, int height)
    {
        Image = new RgbImage(width, height);
        Image.Writable.Fill(Background);
    }

    public RgbImage Image { get; }

    /// <summary>Puts a picture with its top left corner at (x, y), every pixel as a square of <paramref name="scale"/> px.</summary>
    public void Place(RgbImage picture, int x, int y, int scale)
    {
        for (var row = 0; row < picture.Height * scale; row++)
        {
            var line = Line(x, y + row, picture.Width * scale);
            for (var column = 0; column < picture.Width * scale; column++)
                picture.Row(row / scale).Slice(3 * (column / scale), 3).CopyTo(line[(3 * column)..]);
        }
    }

    /// <summary>Writes a line of text with its top left corner at (x, y), leaving out what would reach <paramref name="end"/>.</summary>
    public void Write(string text, int x, int y, int scale, int end)
    {
        for (var row = 0; row < BitmapFont.Height * scale; row++)
        {
            var line = Line(x, y + row, Math.Min(text.Length * BitmapFont.Advance * scale, end - x));
            for (var column = 0; 3 * column < line.Length; column++)
            {
                var dot = column / scale;
                if (BitmapFont.IsSet(text[dot / BitmapFont.Advance], dot % BitmapFont.Advance, row / scale)) line.Slice(3 * column, 3).Fill(Ink);
            }
        }
    }

    /// <summary>Draws a straight line, both ends included, one pixel wide.</summary>
    public void Line((int X, int Y) from, (int X, int Y) to, (byte R, byte G, byte B) color)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var pixel = Line(from.X + (int)Math.Round((double)i * (to.X - from.X) / steps), from.Y + (int)Math.Round((double)i * (to.Y - from.Y) / steps), 1);
            (pixel[0], pixel[1], pixel[2]) = color;
        }
    }

    private Span<byte> Line(int x, int y, int width) => Image.Writable.Slice(y * Image.Stride + 3 * x, 3 * width);
}
