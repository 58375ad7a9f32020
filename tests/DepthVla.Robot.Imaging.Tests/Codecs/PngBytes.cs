using System.Buffers.Binary;
using System.IO.Compression;

namespace DepthVla.Robot.Imaging.Tests.Codecs;

/// <summary>PNG files of any colour type, written chunk by chunk with correct checksums.</summary>
internal static class PngBytes
{
    public const int Grey = 0;
    public const int Rgb = 2;
    public const int Palette = 3;
    public const int Rgba = 6;

    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <param name="bitDepth">Bits a sample.</param>
    /// <param name="colorType">0 to 6.</param>
    /// <param name="rows">Each row behind its filter byte, not compressed.</param>
    /// <param name="palette">RGB entries.</param>
    public static byte[] Of(int width, int height, int bitDepth, int colorType, byte[] rows, byte[]? palette = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bitDepth, (byte)colorType);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress)) zlib.Write(rows);
        return
        [
            0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. palette is null ? [] : Chunk("PLTE"u8, palette),
            .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, []),
        ];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
