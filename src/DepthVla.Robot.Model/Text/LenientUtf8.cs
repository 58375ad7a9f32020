using System.Buffers;
using System.Text;

namespace DepthVla.Robot.Model.Text;

/// <summary>UTF-8 of text that may be damaged, and text of bytes that a model may have put together in any order.</summary>
internal static class LenientUtf8
{
    /// <summary>The bytes of <paramref name="text"/>; half a surrogate pair becomes U+FFFD.</summary>
    public static byte[] GetBytes(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Appends the text of <paramref name="bytes"/>, U+FFFD for every byte that is part of no character.</summary>
    /// <remarks>SentencePiece's rule; <see cref="Encoding.UTF8"/> would write one U+FFFD for a whole truncated character.</remarks>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        Span<char> utf16 = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != OperationStatus.Done) length = 1; // rune is U+FFFD
            text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            bytes = bytes[length..];
        }
    }
}
