using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace DepthVla.Robot.Model.Text.SentencePiece;

/// <summary>Cleans text before it is split: characters are mapped, spaces tidied and written as U+2581. Immutable.</summary>
internal sealed class Normalizer
{
    private readonly NormalizerSpec _spec;
    private readonly bool _dummySuffix;
    private readonly CharacterMap? _map;
    private readonly PieceTrie _userDefined;

    /// <summary>User-defined pieces pass unmapped.</summary>
    /// <exception cref="InvalidDataException">The character map is broken.</exception>
    public Normalizer(NormalizerSpec spec, bool dummySuffix, PieceTrie userDefined)
    {
        (_spec, _dummySuffix, _userDefined) = (spec, dummySuffix, userDefined);
        if (!spec.PrecompiledCharsMap.IsEmpty) _map = new(spec.PrecompiledCharsMap);
    }

    private ReadOnlySpan<byte> Space => _spec.EscapeWhitespaces ? "\u2581"u8 : " "u8;

    /// <summary>The text to split, UTF-8; empty when nothing but removable spaces was there.</summary>
    public byte[] Normalize(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<byte> input = LenientUtf8.GetBytes(text);
        if (_spec.RemoveExtraWhitespaces)
        {
            while (!input.IsEmpty && Next(input, out var length) is [(byte)' ']) input = input[length..];
        }

        if (input.IsEmpty) return [];

        var output = new List<byte>(input.Length + 2 * Space.Length);
        if (_spec.AddDummyPrefix && !_dummySuffix) output.AddRange(Space);

        var afterSpace = _spec.RemoveExtraWhitespaces;
        while (!input.IsEmpty)
        {
            var next = Next(input, out var length);
            input = input[length..];
            if (afterSpace) next = next.TrimStart((byte)' ');
            if (next.IsEmpty) continue;

            foreach (var b in next)
            {
                if (b == ' ') output.AddRange(Space);
                else output.Add(b);
            }

            afterSpace = _spec.RemoveExtraWhitespaces && next[^1] == ' ';
        }

        if (_spec.RemoveExtraWhitespaces)
        {
            while (CollectionsMarshal.AsSpan(output).EndsWith(Space)) output.RemoveRange(output.Count - Space.Length, Space.Length);
        }

        if (_spec.AddDummyPrefix && _dummySuffix) output.AddRange(Space);
        return [.. output];
    }

    /// <summary>What the first <paramref name="length"/> bytes of <paramref name="input"/> become.</summary>
    private ReadOnlySpan<byte> Next(ReadOnlySpan<byte> input, out int length)
    {
        length = _userDefined.LongestPrefix(input);
        if (length > 0) return input[..length];
        if (_map is not null && _map.TryMatch(input, out length, out var replacement)) return replacement;
        if (Rune.DecodeFromUtf8(input, out _, out length) == OperationStatus.Done) return input[..length];

        length = 1; // a rule took part of a character
        return "\ufffd"u8;
    }
}
