namespace DepthVla.Robot.Imaging.Drawing;

/// <summary>Depth as colour: near is light and warm, far is dark and blue, nothing known is black.</summary>
/// <remarks>
/// The hue runs from yellow over red and purple to blue while the perceived lightness falls evenly (in the OKLCh space), so equal steps of depth look
/// like equal steps, in grey print too.
/// </remarks>
public static class DepthColors
{
    private static readonly (byte R, byte G, byte B)[] Map = [.. Enumerable.Range(0, 256).Select(i => ColorAt(i / 255.0))];

    /// <summary>A picture of the depths <paramref name="metres"/>, row-major from the top left.</summary>
    /// <param name="metres">width × height depths, m. Not finite or not positive: unknown.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="range">The depths to tell apart; pictures to be compared need the same. Null: the range of this picture.</param>
    /// <exception cref="ArgumentException">There are not width × height depths.</exception>
    public static RgbImage Paint(ReadOnlySpan<float> metres, int width, int height, DepthRange? range = null)
    {
        var image = new RgbImage(width, height);
        if (metres.Length != width * height) throw new ArgumentException($"{image.Size} needs {width * height} depths, not {metres.Length}.", nameof(metres));

        var (near, far) = range ?? DepthRange.Of(metres);
        var pixels = image.Writable;
        for (var i = 0; i < metres.Length; i++)
        {
            if (!DepthRange.IsDepth(metres[i])) continue;
            var away = far > near ? Math.Clamp((metres[i] - near) / (far - near), 0, 1) : 0;
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = Map[(int)(255 * away + 0.5f)];
        }
        return image;
    }

    /// <summary>What to write above such a picture, so that nobody takes an untrained model's noise for depth.</summary>
    public static string Caption(bool trained) => trained ? "predicted depth" : "depth (untrained)";

    /// <summary>The colour of a place in the range: 0 near, 1 far.</summary>
    private static (byte R, byte G, byte B) ColorAt(double away)
    {
        var lightness = 0.86 - 0.6 * away;
        var hue = (85 - 170 * away) * Math.PI / 180;
        const double Chroma = 0.15;
        var (a, b) = (Chroma * Math.Cos(hue), Chroma * Math.Sin(hue));

        // OKLab to linear sRGB: cone responses are cubes of sums of lightness and the two opponent colours.
        var l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        var m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        var s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return (
            Encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    /// <summary>Linear light to an sRGB byte; what sRGB cannot show is cut off.</summary>
    private static byte Encoded(double light)
    {
        light = Math.Clamp(light, 0, 1);
        var value = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.Pow(light, 1 / 2.4) - 0.055;
        return (byte)Math.Round(255 * value);
    }
}
