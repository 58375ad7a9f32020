using System.Buffers;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>PNG by libpng (Debian: libpng16-16). Thread-safe.</summary>
/// <exception cref="DllNotFoundException">The library is not installed.</exception>
public static unsafe class PngCodec
{
    /// <summary>The picture in <paramref name="png"/>. Grey, palette and 16-bit become 8-bit RGB; what is transparent lies on black.</summary>
    /// <exception cref="InvalidImageException">Not a PNG, broken, cut short, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> png)
    {
        var reader = LibPng.NewImage();
        try
        {
            fixed (byte* data = png)
            {
                if (LibPng.png_image_begin_read_from_memory(ref reader, data, (nuint)png.Length) == 0)
                    throw new InvalidImageException($"not a PNG that can be read ({png.Length} bytes): {reader.Error}");

                var size = new ImageSize((int)Math.Min(reader.Width, int.MaxValue), (int)Math.Min(reader.Height, int.MaxValue));
                if (!size.IsAllowed) throw new InvalidImageException($"the PNG is {size}; at most {ImageSize.MaxSide} px a side are accepted");

                reader.Format = LibPng.FormatRgb;
                reader.Flags |= LibPng.Flag16BitSrgb;
                var image = new RgbImage(size);
                fixed (byte* pixels = image.Writable)
                {
                    if (LibPng.png_image_finish_read(ref reader, default, pixels, image.Stride, 0) == 0)
                        throw new InvalidImageException($"the PNG is broken or cut short ({png.Length} bytes): {reader.Error}");
                }
                return image;
            }
        }
        finally
        {
            LibPng.png_image_free(ref reader);
        }
    }

    /// <summary>A PNG of <paramref name="image"/>, without loss.</summary>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var writer = LibPng.NewImage();
        writer.Width = (uint)image.Width;
        writer.Height = (uint)image.Height;
        writer.Format = LibPng.FormatRgb;

        // Noise does not compress: a filter byte a row, and zlib's and PNG's framing come on top.
        var raw = image.Pixels.Length + image.Height;
        var buffer = ArrayPool<byte>.Shared.Rent(raw + raw / 4 + 1024);
        try
        {
            fixed (byte* pixels = image.Pixels, png = buffer)
            {
                var bytes = (nuint)buffer.Length;
                if (LibPng.png_image_write_to_memory(ref writer, png, ref bytes, 0, pixels, image.Stride, 0) == 0)
                    throw new InvalidOperationException($"libpng cannot encode {image.Size}: {writer.Error}");
                return buffer.AsSpan(0, (int)bytes).ToArray();
            }
        }
        finally
        {
            LibPng.png_image_free(ref writer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
