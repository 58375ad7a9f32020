using System.Buffers;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>How much colour a JPEG keeps. The values are TurboJPEG's.</summary>
public enum ChromaSubsampling
{
    /// <summary>4:4:4, one colour sample a pixel.</summary>
    None = 0,

    /// <summary>4:2:2, one colour sample for two pixels of a row.</summary>
    Horizontal = 1,

    /// <summary>4:2:0, one colour sample for a square of four pixels; what cameras send.</summary>
    Both = 2,
}

/// <summary>JPEG by libturbojpeg (Debian: libturbojpeg0). Thread-safe; no picture leaves a trace in the next.</summary>
/// <remarks>
/// Decoding uses the accurate inverse transform and smooth colour upsampling, as Pillow does, so that a policy sees the pixels it was
/// trained on. A file that libjpeg merely warns about (cut short, damaged) is refused: a half-grey picture must not move an arm.
/// </remarks>
/// <exception cref="DllNotFoundException">The library is not installed.</exception>
public static unsafe class JpegCodec
{
    /// <summary>The size that the header states. Reads no pixels.</summary>
    /// <exception cref="InvalidImageException">Not a JPEG, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static ImageSize ReadSize(ReadOnlySpan<byte> jpeg)
    {
        using var turbo = TurboJpeg.TurboHandle.ForDecompressing();
        ImageSize size;
        fixed (byte* data = jpeg)
        {
            if (TurboJpeg.tjDecompressHeader3(turbo, data, (nuint)jpeg.Length, out var width, out var height, out _, out _) != 0)
                throw new InvalidImageException($"not a JPEG that can be read ({jpeg.Length} bytes): {turbo.Error}");
            size = new ImageSize(width, height);
        }
        return size.IsAllowed ? size : throw new InvalidImageException($"the JPEG is {size}; at most {ImageSize.MaxSide} px a side are accepted");
    }

    /// <summary>The picture in <paramref name="jpeg"/>; grey becomes RGB.</summary>
    /// <exception cref="InvalidImageException">Not a JPEG, broken, cut short, CMYK, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> jpeg)
    {
        var image = new RgbImage(ReadSize(jpeg));
        DecodePixels(jpeg, image.Size, image.Writable);
        return image;
    }

    /// <summary>The same, overwriting <paramref name="destination"/>, whose size the JPEG must have. Allocates nothing.</summary>
    /// <exception cref="InvalidImageException">As above, or of another size. The destination's content is then undefined.</exception>
    public static void Decode(ReadOnlySpan<byte> jpeg, RgbImage destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var size = ReadSize(jpeg);
        if (size != destination.Size) throw new InvalidImageException($"the JPEG is {size} instead of {destination.Size}");
        DecodePixels(jpeg, size, destination.Writable);
    }

    /// <summary>A JPEG of <paramref name="image"/>.</summary>
    /// <param name="image">What to encode.</param>
    /// <param name="quality">From 1 to 100; 90 cannot be told from the original by eye.</param>
    /// <param name="subsampling">How much colour to keep.</param>
    public static byte[] Encode(RgbImage image, int quality = 90, ChromaSubsampling subsampling = ChromaSubsampling.Both)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (!Enum.IsDefined(subsampling)) throw new ArgumentOutOfRangeException(nameof(subsampling), subsampling, "There is no such subsampling.");

        using var turbo = TurboJpeg.TurboHandle.ForCompressing();
        var buffer = ArrayPool<byte>.Shared.Rent(checked((int)TurboJpeg.tjBufSize(image.Width, image.Height, (int)subsampling)));
        try
        {
            fixed (byte* pixels = image.Pixels, start = buffer)
            {
                var jpeg = start;
                var bytes = (nuint)buffer.Length;
                var status = TurboJpeg.tjCompress2(
                    turbo, pixels, image.Width, image.Stride, image.Height, TurboJpeg.PixelFormatRgb,
                    ref jpeg, ref bytes, (int)subsampling, quality, TurboJpeg.FlagNoRealloc | TurboJpeg.FlagAccurateDct);
                if (status != 0) throw new InvalidOperationException($"libturbojpeg cannot encode {image.Size}: {turbo.Error}");
                return buffer.AsSpan(0, (int)bytes).ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decodes to the first bytes of <paramref name="pixels"/> a JPEG that <see cref="ReadSize"/> found to be of <paramref name="size"/>.</summary>
    internal static void DecodePixels(ReadOnlySpan<byte> jpeg, ImageSize size, Span<byte> pixels)
    {
        // Progressive files of a few kilobytes can ask for thousands of passes over the picture: hence the limit of scans.
        const int Flags = TurboJpeg.FlagStopOnWarning | TurboJpeg.FlagLimitScans;
        using var turbo = TurboJpeg.TurboHandle.ForDecompressing();
        fixed (byte* data = jpeg, start = pixels[..size.Bytes])
        {
            var status = TurboJpeg.tjDecompress2(
                turbo, data, (nuint)jpeg.Length, start, size.Width, 3 * size.Width, size.Height, TurboJpeg.PixelFormatRgb, Flags);
            if (status != 0) throw new InvalidImageException($"the JPEG is broken or cut short ({jpeg.Length} bytes): {turbo.Error}");
        }
    }
}
