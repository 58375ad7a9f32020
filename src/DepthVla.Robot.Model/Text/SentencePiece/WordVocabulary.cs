using System.Buffers.Binary;
using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Makes a small SentencePiece model (unigram, byte fallback) of the words of some texts: a word is one piece, everything else is spelled out.</summary>
/// <remarks>For policies trained on few instructions. What comes out is an ordinary .model file.</remarks>
public static class WordVocabulary
{
    private const float WordScore = -1, LetterScore = -20;

    /// <summary>The file's bytes; the same words give the same bytes.</summary>
    public static byte[] Build(IEnumerable<string> texts)
    {
        using var model = new MemoryStream();
        void Add(string text, float score, PieceType type) => Field(model, 1, Piece(text, score, type));
        Add("<pad>", 0, PieceType.Control);
        Add("</s>", 0, PieceType.Control);
        Add("<s>", 0, PieceType.Control);
        Add("<unk>", 0, PieceType.Unknown);
        for (var b = 0; b < 256; b++) Add($"<0x{b:X2}>", 0, PieceType.Byte);
        Add("\u2581", LetterScore, PieceType.Normal);
        for (var letter = 'a'; letter <= 'z'; letter++) Add(letter.ToString(), LetterScore, PieceType.Normal);
        var words = texts.SelectMany(t => t.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct().Order(StringComparer.Ordinal);
        foreach (var word in words) Add("\u2581" + word, WordScore, PieceType.Normal);

        Field(model, 2, [.. Varint(3, (int)ModelType.Unigram), .. Varint(35, 1)]);
        Field(model, 3, [.. Varint(3, 1), .. Varint(4, 1), .. Varint(5, 1)]);
        return model.ToArray();
    }

    private static byte[] Piece(string text, float score, PieceType type)
    {
        using var piece = new MemoryStream();
        Field(piece, 1, Encoding.UTF8.GetBytes(text));
        var bytes = new byte[5];
        bytes[0] = 2 << 3 | 5;
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(1), score);
        piece.Write(bytes);
        piece.Write(Varint(3, (int)type));
        return piece.ToArray();
    }

    private static void Field(MemoryStream stream, int number, byte[] bytes)
    {
        stream.Write([.. Number(number << 3 | 2), .. Number(bytes.Length)]);
        stream.Write(bytes);
    }

    private static byte[] Varint(int number, int value) => [.. Number(number << 3), .. Number(value)];

    private static IEnumerable<byte> Number(int value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
