namespace DepthVla.Robot.Imaging;

/// <summary>Distances along the camera's axis, whole millimetres, rows top down. 0 where nothing is known.</summary>
/// <remarks>What cameras and data sets keep: 16 bits reach 65.535 m. Immutable by convention, as <see cref="RgbImage"/> is.</remarks>
public sealed class DepthImage
{
    /// <summary>The farthest distance that can be kept, m. What lies farther is unknown.</summary>
    public const float MaxMetres = 65.535f;

    private readonly ushort[] _millimetres;

    /// <summary>Takes over <paramref name="millimetres"/> without copying: height × width values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not from 1 to <see cref="ImageSize.MaxSide"/>.</exception>
    /// <exception cref="ArgumentException">There are not exactly that many values.</exception>
    public DepthImage(ImageSize size, ushort[] millimetres)
    {
        ArgumentNullException.ThrowIfNull(millimetres);
        if (!size.IsAllowed) throw new ArgumentOutOfRangeException(nameof(size), $"A picture's sides are from 1 to {ImageSize.MaxSide} px, not {size}.");
        if (millimetres.Length != size.Width * size.Height)
            throw new ArgumentException($"{size} needs {size.Width * size.Height} depths, not {millimetres.Length}.", nameof(millimetres));
        (Size, _millimetres) = (size, millimetres);
    }

    /// <summary>px.</summary>
    public ImageSize Size { get; }

    /// <summary>mm, row-major from the top left; 0 where nothing is known.</summary>
    public ReadOnlySpan<ushort> Millimetres => _millimetres;

    /// <summary>From metres, rounded to whole millimetres. Not finite, not above half a millimetre, or too far to be kept: unknown.</summary>
    /// <exception cref="ArgumentException">There are not width × height depths.</exception>
    public static DepthImage FromMetres(ReadOnlySpan<float> metres, ImageSize size)
    {
        var millimetres = new ushort[metres.Length];
        for (var i = 0; i < metres.Length; i++)
        {
            var rounded = MathF.Round(metres[i] * 1000);
            if (rounded is >= 1 and <= ushort.MaxValue) millimetres[i] = (ushort)rounded; // NaN compares false
        }
        return new(size, millimetres);
    }

    /// <summary>m, row-major; 0 where nothing is known.</summary>
    public float[] ToMetres()
    {
        var metres = new float[_millimetres.Length];
        WriteMetres(metres);
        return metres;
    }

    /// <summary>The same into <paramref name="metres"/>. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">There is not room for exactly width × height depths.</exception>
    public void WriteMetres(Span<float> metres)
    {
        if (metres.Length != _millimetres.Length)
            throw new ArgumentException($"{Size} has {_millimetres.Length} depths, but there is room for {metres.Length}.", nameof(metres));
        for (var i = 0; i < metres.Length; i++) metres[i] = _millimetres[i] / 1000f;
    }

    /// <summary>At another size, each depth being the nearest old one: between an edge's two sides there is nothing to mix.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not from 1 to <see cref="ImageSize.MaxSide"/>.</exception>
    public DepthImage Nearest(ImageSize size)
    {
        if (size == Size) return this;
        if (!size.IsAllowed) throw new ArgumentOutOfRangeException(nameof(size), $"A picture's sides are from 1 to {ImageSize.MaxSide} px, not {size}.");
        var resized = new ushort[size.Width * size.Height];
        for (var y = 0; y < size.Height; y++)
        {
            var from = _millimetres.AsSpan(Source(y, size.Height, Size.Height) * Size.Width, Size.Width);
            var to = resized.AsSpan(y * size.Width, size.Width);
            for (var x = 0; x < to.Length; x++) to[x] = from[Source(x, size.Width, Size.Width)];
        }
        return new(size, resized);
    }

    /// <summary>The old pixel in which the new one's centre lies.</summary>
    private static int Source(int place, int length, int oldLength) => (int)((2L * place + 1) * oldLength / (2L * length));
}
