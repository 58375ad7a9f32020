using System.Buffers.Binary;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Rules of the kind "these bytes become those": a Darts double-array trie over the left sides, and a pool of zero-terminated right sides.</summary>
/// <remarks>
/// Layout: the trie's size in bytes (uint32), its units (uint32 each), the pool; little-endian. From the node at index n with offset o, byte b leads to
/// index n ^ o ^ b when the unit there carries b as its label. A unit with the leaf bit has its value, an index into the pool, at n ^ o.
/// </remarks>
internal sealed class CharacterMap
{
    /// <summary>The longest right side in Unicode's compatibility forms takes 33 bytes.</summary>
    private const int MaxReplacement = 1024;

    private const string Field = "normalizer_spec.precompiled_charsmap";

    private readonly uint[] _units;
    private readonly ReadOnlyMemory<byte> _pool;

    /// <summary>Reads the compiled form.</summary>
    /// <exception cref="InvalidDataException">The sizes do not fit, or a right side has no end.</exception>
    public CharacterMap(ReadOnlyMemory<byte> compiled)
    {
        if (compiled.Length < sizeof(uint)) throw new InvalidDataException($"{Field}: {compiled.Length} bytes have no room for a size");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(compiled.Span);
        var rest = compiled[sizeof(uint)..];
        if (size == 0 || size % sizeof(uint) != 0 || size >= rest.Length)
        {
            throw new InvalidDataException($"{Field}: a trie of {size} bytes does not fit the {rest.Length} that follow its size");
        }

        _units = new uint[size / sizeof(uint)];
        for (var i = 0; i < _units.Length; i++) _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[(i * sizeof(uint))..]);
        _pool = rest[(int)size..];

        // A right side may start anywhere, so every stretch between zeros must be short.
        for (var pool = _pool.Span; !pool.IsEmpty;)
        {
            var length = pool.IndexOf((byte)0);
            if (length is < 0 or > MaxReplacement) throw new InvalidDataException($"{Field}: a replacement has no end within {MaxReplacement} bytes");
            pool = pool[(length + 1)..];
        }
    }

    /// <summary>The longest rule whose left side <paramref name="text"/> starts with: how many bytes it takes and what they become.</summary>
    /// <remarks>Links of a damaged trie that lead nowhere count as no rule.</remarks>
    public bool TryMatch(ReadOnlySpan<byte> text, out int length, out ReadOnlySpan<byte> replacement)
    {
        length = 0;
        replacement = default;
        var node = Offset(_units[0]);
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || Label(_units[node]) != text[i]) break;

            var unit = _units[node];
            node ^= Offset(unit);
            if (HasLeaf(unit) && node < _units.Length && Value(_units[node]) < _pool.Length)
            {
                length = i + 1;
                replacement = _pool.Span[Value(_units[node])..];
            }
        }

        if (length == 0) return false;
        replacement = replacement[..replacement.IndexOf((byte)0)];
        return true;
    }

    private static bool HasLeaf(uint unit) => (unit >> 8 & 1) != 0;

    private static int Value(uint unit) => (int)(unit & int.MaxValue);

    /// <summary>A value's unit has the top bit set, so that it is no byte's.</summary>
    private static uint Label(uint unit) => unit & (1u << 31 | 0xff);

    /// <summary>Far links are stored in steps of 256.</summary>
    private static uint Offset(uint unit) => unit >> 10 << ((unit >> 9 & 1) != 0 ? 8 : 0);
}
