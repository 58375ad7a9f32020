namespace DepthVla.Robot.Imaging;

/// <summary>A picture: one byte each of red, green and blue (sRGB), rows top down, no gap between rows.</summary>
/// <remarks>
/// Immutable by convention: only its maker writes to it, and only before handing it on. A method that overwrites a picture calls it
/// "destination"; whoever passes one must be its only user.
/// </remarks>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>A black picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not from 1 to <see cref="ImageSize.MaxSide"/>.</exception>
    public RgbImage(int width, int height)
        : this(new ImageSize(width, height)) { }

    /// <inheritdoc cref="RgbImage(int, int)"/>
    public RgbImage(ImageSize size)
    {
        Size = Allowed(size);
        _pixels = new byte[size.Bytes];
    }

    /// <summary>Takes over <paramref name="pixels"/> without copying: height × width × 3 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not from 1 to <see cref="ImageSize.MaxSide"/>.</exception>
    /// <exception cref="ArgumentException">There are not exactly that many bytes.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        Size = Allowed(new(width, height));
        if (pixels.Length != Size.Bytes) throw new ArgumentException($"{Size} RGB needs {Size.Bytes} bytes, not {pixels.Length}.", nameof(pixels));
        _pixels = pixels;
    }

    /// <summary>px.</summary>
    public ImageSize Size { get; }

    /// <summary>px.</summary>
    public int Width => Size.Width;

    /// <summary>px.</summary>
    public int Height => Size.Height;

    /// <summary>Bytes from one row to the next: 3 × width.</summary>
    public int Stride => 3 * Size.Width;

    /// <summary>Height × width × 3 bytes, top row first.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The same bytes for those who keep them, such as a frame's data.</summary>
    public ReadOnlyMemory<byte> Memory => _pixels;

    /// <summary>The pixel in column <paramref name="x"/> of row <paramref name="y"/>, from the top left.</summary>
    public (byte R, byte G, byte B) this[int x, int y]
    {
        get
        {
            var pixel = Row(y).Slice(3 * x, 3);
            return (pixel[0], pixel[1], pixel[2]);
        }
    }

    /// <summary>The same bytes for who makes the picture.</summary>
    internal Span<byte> Writable => _pixels;

    /// <summary>The 3 × width bytes of row <paramref name="y"/>, from the top.</summary>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Stride, Stride);

    /// <summary>Throws where this picture cannot take a result of <paramref name="size"/>.</summary>
    internal void ThrowUnlessSized(ImageSize size, string parameter)
    {
        if (Size != size) throw new ArgumentException($"The destination is {Size}, but the result is {size}.", parameter);
    }

    private static ImageSize Allowed(ImageSize size) => size.IsAllowed
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), $"A picture's sides are from 1 to {ImageSize.MaxSide} px, not {size}.");
}
