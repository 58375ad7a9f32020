using DepthVla.Robot.Imaging;

namespace DepthVla.Robot.Daemon.Observing;

/// <summary>Notices cameras that changed places while the robot ran, as cables do that are plugged in again: each shows what the other showed before.</summary>
/// <remarks>
/// Compares pictures of 16x16 grey cells, brightness and contrast made equal, with the last ones that were in order. Two cameras that show nearly the same, and
/// cameras that were swapped before the first observation, it cannot tell. For one thread.
/// </remarks>
internal sealed class SwapCheck
{
    private const int Side = 16;

    // Crossed, two pictures must fit so much better than straight, and straight so badly (of 1, for pictures that have nothing in common).
    private const double Better = 0.5, Bad = 0.25;

    private readonly Dictionary<string, float[]> _known = [];    // by camera, as last seen in order
    private readonly Dictionary<string, float[]> _shown = [];    // by camera, now

    /// <summary>A camera shows this now.</summary>
    public void Note(string camera, RgbImage picture)
    {
        if (!_shown.TryGetValue(camera, out var cells)) _shown[camera] = cells = new float[Side * Side];
        Shrink(picture, cells);
    }

    /// <summary>What is wrong with all that was noted, or null; then it is what the next is compared with.</summary>
    public string? Fault()
    {
        foreach (var (first, second) in Pairs())
        {
            var straight = Apart(_shown[first], _known[first]) + Apart(_shown[second], _known[second]);
            var crossed = Apart(_shown[first], _known[second]) + Apart(_shown[second], _known[first]);
            if (straight > 2 * Bad && crossed < Better * straight)
            {
                return $"cameras '{first}' and '{second}' show what the other showed before: they are swapped; check which device each is";
            }
        }

        foreach (var (camera, cells) in _shown)
        {
            if (!_known.TryGetValue(camera, out var known)) _known[camera] = known = new float[cells.Length];
            cells.CopyTo(known, 0);
        }

        return null;
    }

    private IEnumerable<(string First, string Second)> Pairs() =>
        from first in _known.Keys from second in _known.Keys where string.CompareOrdinal(first, second) < 0 select (first, second);

    // Half the mean squared difference: 0 for the same, about 1 for pictures that have nothing in common.
    private static double Apart(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum / (2 * a.Length);
    }

    // Mean grey of each cell, less the mean of all, over their spread.
    private static void Shrink(RgbImage picture, float[] cells)
    {
        var pixels = picture.Pixels;
        for (var row = 0; row < Side; row++)
        {
            var (top, bottom) = (row * picture.Height / Side, (row + 1) * picture.Height / Side);
            for (var column = 0; column < Side; column++)
            {
                var (left, right) = (column * picture.Width / Side, (column + 1) * picture.Width / Side);
                var sum = 0L;
                for (var y = top; y < bottom; y++)
                {
                    foreach (var value in pixels.Slice(3 * (y * picture.Width + left), 3 * (right - left))) sum += value;
                }

                cells[row * Side + column] = sum / (float)Math.Max(3 * (bottom - top) * (right - left), 1);
            }
        }

        var mean = cells.Average();
        var spread = MathF.Sqrt(cells.Sum(cell => (cell - mean) * (cell - mean)) / cells.Length);
        for (var i = 0; i < cells.Length; i++) cells[i] = (cells[i] - mean) / MathF.Max(spread, 1);
    }
}
