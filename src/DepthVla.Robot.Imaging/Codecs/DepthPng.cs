using System.Buffers;
using System.Buffers.Binary;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>Depth as 16-bit grey PNG, mm, 0 where nothing is known; by libpng (Debian: libpng16-16). Thread-safe.</summary>
/// <remarks>
/// The samples are distances, not light: whatever a file says about gamma or colour is left out before libpng sees it, for it would bend them.
/// </remarks>
/// <exception cref="DllNotFoundException">The library is not installed.</exception>
public static unsafe class DepthPng
{
    private static readonly byte[] Signature = [0x89, .. "PNG\r\n\u001a\n"u8];

    /// <summary>The size that the header states. Reads no samples.</summary>
    /// <exception cref="InvalidImageException">Not a 16-bit grey PNG, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static ImageSize ReadSize(ReadOnlySpan<byte> png)
    {
        // The signature, then the header chunk: length, type, width, height, bit depth, colour type.
        if (png.Length < 33 || !png.StartsWith(Signature) || !png.Slice(12, 4).SequenceEqual("IHDR"u8))
            throw new InvalidImageException($"not a PNG that can be read ({png.Length} bytes)");
        var (bits, colorType) = (png[24], png[25]);
        if (bits != 16 || colorType != 0)
            throw new InvalidImageException($"the PNG has {bits} bits a sample and colour type {colorType}; depth needs 16 bits of grey (colour type 0)");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(png[16..]), BinaryPrimitives.ReadUInt32BigEndian(png[20..]));
        var size = new ImageSize((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));
        return size.IsAllowed ? size : throw new InvalidImageException($"the PNG is {size}; at most {ImageSize.MaxSide} px a side are accepted");
    }

    /// <summary>The depths in <paramref name="png"/>.</summary>
    /// <exception cref="InvalidImageException">Not a 16-bit grey PNG, broken, cut short, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static DepthImage Decode(ReadOnlySpan<byte> png)
    {
        var size = ReadSize(png);
        var buffer = ArrayPool<byte>.Shared.Rent(png.Length);
        var reader = LibPng.NewImage();
        try
        {
            var bytes = KeepSamples(png, buffer);
            var millimetres = new ushort[size.Width * size.Height];
            fixed (byte* data = buffer)
            fixed (ushort* samples = millimetres)
            {
                if (LibPng.png_image_begin_read_from_memory(ref reader, data, (nuint)bytes) == 0)
                    throw new InvalidImageException($"not a PNG that can be read ({png.Length} bytes): {reader.Error}");
                reader.Format = LibPng.FormatLinearGrey;
                if (LibPng.png_image_finish_read(ref reader, default, (byte*)samples, size.Width, 0) == 0)
                    throw new InvalidImageException($"the PNG is broken or cut short ({png.Length} bytes): {reader.Error}");
            }
            return new(size, millimetres);
        }
        finally
        {
            LibPng.png_image_free(ref reader);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A PNG of <paramref name="depth"/>, without loss; packed for speed rather than size.</summary>
    public static byte[] Encode(DepthImage depth)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var size = depth.Size;
        var writer = LibPng.NewImage();
        (writer.Width, writer.Height, writer.Format, writer.Flags) = ((uint)size.Width, (uint)size.Height, LibPng.FormatLinearGrey, LibPng.FlagFast);

        // Noise does not compress: a filter byte a row, and zlib's and PNG's framing come on top.
        var raw = 2 * size.Width * size.Height + size.Height;
        var buffer = ArrayPool<byte>.Shared.Rent(raw + raw / 4 + 1024);
        try
        {
            fixed (ushort* samples = depth.Millimetres)
            fixed (byte* png = buffer)
            {
                var bytes = (nuint)buffer.Length;
                if (LibPng.png_image_write_to_memory(ref writer, png, ref bytes, 0, (byte*)samples, size.Width, 0) == 0)
                    throw new InvalidOperationException($"libpng cannot encode {size}: {writer.Error}");
                return buffer.AsSpan(0, KeepSamples(buffer.AsSpan(0, (int)bytes), buffer)).ToArray();
            }
        }
        finally
        {
            LibPng.png_image_free(ref writer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Copies signature, header, samples and end, which is how many bytes are returned; source and destination may be the same.</summary>
    private static int KeepSamples(ReadOnlySpan<byte> png, Span<byte> destination)
    {
        png[..8].CopyTo(destination);
        var (read, written) = (8, 8);
        while (png.Length - read >= 12)
        {
            var chunk = (int)Math.Min(12L + BinaryPrimitives.ReadUInt32BigEndian(png[read..]), png.Length - read);
            var type = png.Slice(read + 4, 4);
            if (type.SequenceEqual("IHDR"u8) || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8))
            {
                png.Slice(read, chunk).CopyTo(destination[written..]);
                written += chunk;
            }
            read += chunk;
        }
        return written;
    }
}
