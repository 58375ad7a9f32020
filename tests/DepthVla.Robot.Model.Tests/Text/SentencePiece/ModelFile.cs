using System.Buffers.Binary;
using System.Text;
using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

/// <summary>Writes <c>.model</c> files by hand, sound and unsound ones.</summary>
internal sealed class ModelFile
{
    private readonly List<byte> _bytes = [];

    /// <summary>A vocabulary that starts with the unknown piece and has single letters with falling scores.</summary>
    public static ModelFile Of(ModelType type, params string[] letters)
    {
        var file = new ModelFile().Trainer(Number(3, (ulong)type)).PlainNormalizer().Add("<unk>", PieceType.Unknown);
        for (var i = 0; i < letters.Length; i++) file.Add(letters[i], score: -10 - i);
        return file;
    }

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    public static byte[] Bytes(int field, ReadOnlySpan<byte> value) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)value.Length), .. value];

    public ModelFile Add(string piece, PieceType type = PieceType.Normal, float score = 0) => Add(Encoding.UTF8.GetBytes(piece), (int)type, score);

    public ModelFile Add(ReadOnlySpan<byte> piece, int type, float score)
    {
        var bits = new byte[5];
        bits[0] = 2 << 3 | 5;
        BinaryPrimitives.WriteSingleLittleEndian(bits.AsSpan(1), score);
        return Raw(Bytes(1, [.. Bytes(1, piece), .. bits, .. Number(3, (ulong)type)]));
    }

    public ModelFile AddBytes(int first = 0)
    {
        for (var value = first; value < 256; value++) Add($"<0x{value:X2}>", PieceType.Byte);
        return this;
    }

    public ModelFile Trainer(params byte[][] fields) => Raw(Bytes(2, [.. fields.SelectMany(field => field)]));

    public ModelFile Normalizer(params byte[][] fields) => Raw(Bytes(3, [.. fields.SelectMany(field => field)]));

    /// <summary>No dummy prefix, spaces stay as they are.</summary>
    public ModelFile PlainNormalizer() => Normalizer(Number(3, 0), Number(4, 0));

    public ModelFile ByteFallback() => Trainer(Number(35, 1)).AddBytes();

    public ModelFile Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    public SentencePieceModel Parse() => SentencePieceModel.Parse(ToArray());

    /// <summary>The spellings that <paramref name="text"/> is split into.</summary>
    public string[] Split(string text)
    {
        var model = Parse();
        return [.. new SentencePieceTokenizer(model).Encode(text).Select(id => model.Pieces[id].Text)];
    }

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }
}
