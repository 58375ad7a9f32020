using System.Runtime.InteropServices;
using System.Text;

namespace DepthVla.Robot.Model.Text;

/// <summary>One id a UTF-8 byte, for models too small for a vocabulary: 0 pads, 1 ends, 2 begins, byte b is 3 + b.</summary>
public sealed class ByteTokenizer : ITokenizer
{
    private const int Pad = 0, Eos = 1, Bos = 2, FirstByte = 3;

    /// <inheritdoc/>
    public int VocabularySize => FirstByte + 256;

    /// <inheritdoc/>
    public int? PadId => Pad;

    /// <inheritdoc/>
    public int? BosId => Bos;

    /// <inheritdoc/>
    public int? EosId => Eos;

    /// <inheritdoc/>
    public int? UnkId => null;

    /// <inheritdoc/>
    public string Identity => "bytes";

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<char> text) => Array.ConvertAll(LenientUtf8.GetBytes(text), b => FirstByte + b);

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length);
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize, nameof(ids));
            if (id >= FirstByte) bytes.Add((byte)(id - FirstByte));
        }

        var text = new StringBuilder(bytes.Count);
        LenientUtf8.Append(text, CollectionsMarshal.AsSpan(bytes));
        return text.ToString();
    }
}
