namespace DepthVla.Robot.Imaging;

/// <summary>Bytes to a vision encoder's floats: (byte / 255 - mean) / deviation, channel by channel. Thread-safe.</summary>
public sealed class PixelNormalization
{
    private const int Values = 256;

    private readonly float[] _table;

    /// <summary>Means and deviations of red, green and blue, on the scale from 0 to 1.</summary>
    public PixelNormalization((double R, double G, double B) mean, (double R, double G, double B) deviation) =>
        _table = [.. Channel(mean.R, deviation.R), .. Channel(mean.G, deviation.G), .. Channel(mean.B, deviation.B)];

    /// <summary>To [-1, 1]: SigLIP, PaliGemma.</summary>
    public static PixelNormalization SigLip { get; } = new((0.5, 0.5, 0.5), (0.5, 0.5, 0.5));

    /// <summary>ImageNet's mean and deviation: DINOv2, Depth Anything.</summary>
    public static PixelNormalization DinoV2 { get; } = new((0.485, 0.456, 0.406), (0.229, 0.224, 0.225));

    /// <summary>What each byte becomes, [3, 256]: red, green, blue.</summary>
    public ReadOnlySpan<float> Table => _table;

    /// <summary>Fills <paramref name="planes"/>, [3, height, width]: all red, then all green, then all blue. Allocates nothing.</summary>
    /// <param name="pixels">[height, width, 3]</param>
    /// <param name="planes">As long.</param>
    /// <exception cref="ArgumentException">The planes are not exactly as long as the picture has bytes.</exception>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        if (planes.Length != pixels.Length) throw new ArgumentException($"The picture has {pixels.Length} values, but there is room for {planes.Length}.", nameof(planes));

        var count = pixels.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * count, count);
            var table = _table.AsSpan(channel * Values, Values);
            for (var i = 0; i < plane.Length; i++) plane[i] = table[pixels[3 * i + channel]];
        }
    }

    private static IEnumerable<float> Channel(double mean, double deviation) => Enumerable.Range(0, Values).Select(value => (float)((value / 255.0 - mean) / deviation));
}
