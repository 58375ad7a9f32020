namespace DepthVla.Robot.Learning.Samples;

/// <summary>Bytes to normalised, augmented floats by a table of 256 entries a colour.</summary>
internal sealed class PixelTable
{
    private readonly float[][] _tables;

    /// <param name="mean">Subtracted from a colour in [0, 1].</param>
    /// <param name="std">Divides what is left.</param>
    /// <param name="gain">A factor a colour, 1 = as it is.</param>
    /// <param name="offset">Added to all colours after the gain.</param>
    internal PixelTable(ReadOnlySpan<double> mean, ReadOnlySpan<double> std, ReadOnlySpan<double> gain, double offset)
    {
        _tables = new float[3][];
        for (var c = 0; c < 3; c++)
        {
            var table = _tables[c] = new float[256];
            for (var v = 0; v < 256; v++) table[v] = (float)((Math.Clamp(v / 255.0 * gain[c] + offset, 0, 1) - mean[c]) / std[c]);
        }
    }

    /// <summary>A square picture [side·side·3], moved by whole pixels (what comes in at the edge repeats it), into [3, side, side].</summary>
    internal void Apply(ReadOnlySpan<byte> picture, int side, int moveX, int moveY, Span<float> target)
    {
        for (var y = 0; y < side; y++)
        {
            var row = picture.Slice(Math.Clamp(y - moveY, 0, side - 1) * side * 3, side * 3);
            for (var x = 0; x < side; x++)
            {
                var pixel = row.Slice(Math.Clamp(x - moveX, 0, side - 1) * 3, 3);
                var at = y * side + x;
                target[at] = _tables[0][pixel[0]];
                target[side * side + at] = _tables[1][pixel[1]];
                target[2 * side * side + at] = _tables[2][pixel[2]];
            }
        }
    }
}
