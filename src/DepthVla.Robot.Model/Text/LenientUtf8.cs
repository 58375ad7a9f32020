using System.Text;

namespace DepthVla.Robot.Model.Text;

/// <summary>Reads bytes that a model may have put together in any order.</summary>
internal static class LenientUtf8
{
    /// <summary>Appends the text of <paramref name="bytes"/>, U+FFFD for every byte that is part of no character.</summary>
    /// <remarks>SentencePiece's rule; <see cref="Encoding.UTF8"/> would write one U+FFFD for a whole truncated character.</remarks>
    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        Span<char> utf16 = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) != System.Buffers.OperationStatus.Done) length = 1; // rune is U+FFFD
            text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            bytes = bytes[length..];
        }
    }
}
