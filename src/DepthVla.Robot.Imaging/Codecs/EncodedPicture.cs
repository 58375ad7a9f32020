using System.Buffers.Binary;

namespace DepthVla.Robot.Imaging.Codecs;

/// <summary>A JPEG or a PNG, told apart by its first bytes. Thread-safe.</summary>
/// <exception cref="DllNotFoundException">The library that decodes it is not installed.</exception>
public static class EncodedPicture
{
    private static readonly byte[] PngSignature = [0x89, .. "PNG\r\n\u001a\n"u8];

    /// <summary>True for what begins as a PNG.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngSignature);

    /// <summary>True for what begins as a JPEG.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    /// <summary>The size that the header states. Reads no pixels.</summary>
    /// <exception cref="InvalidImageException">Neither JPEG nor PNG, broken, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static ImageSize ReadSize(ReadOnlySpan<byte> bytes)
    {
        if (IsJpeg(bytes)) return JpegCodec.ReadSize(bytes);
        if (!IsPng(bytes) || bytes.Length < 33) throw Neither(bytes);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
        var size = new ImageSize((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));
        return size.IsAllowed ? size : throw new InvalidImageException($"the PNG is {size}; at most {ImageSize.MaxSide} px a side are accepted");
    }

    /// <summary>The picture.</summary>
    /// <exception cref="InvalidImageException">Neither JPEG nor PNG, broken, cut short, or a side exceeds <see cref="ImageSize.MaxSide"/>.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes) =>
        IsJpeg(bytes) ? JpegCodec.Decode(bytes) : IsPng(bytes) ? PngCodec.Decode(bytes) : throw Neither(bytes);

    private static InvalidImageException Neither(ReadOnlySpan<byte> bytes) => new(bytes.IsEmpty
        ? "there is no picture: 0 bytes"
        : $"neither JPEG nor PNG ({bytes.Length} bytes, beginning {Convert.ToHexString(bytes[..Math.Min(4, bytes.Length)])})");
}
