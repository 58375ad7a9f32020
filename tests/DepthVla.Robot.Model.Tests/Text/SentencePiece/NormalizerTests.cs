using System.Text;
using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

public sealed class NormalizerTests
{
    private static readonly NormalizerSpec Plain = new() { AddDummyPrefix = false, RemoveExtraWhitespaces = false };

    /// <summary>"A" becomes "bb", "AB" becomes nothing, "B" becomes a space. Nodes: root 0, A, AB, B and a value for each of the last three.</summary>
    private static readonly byte[] Map = Compile(
        [(0, FarOffset(1)), (0x141, 'A' | Leaf | Offset(0x200)), (0x341, Value(0)), (0x303, 'B' | Leaf | Offset(0x001)), (0x302, Value(2)),
         (0x142, 'B' | Leaf | Offset(0x002)), (0x140, Value(3))],
        "bb\0 \0"u8);

    private const uint Leaf = 1 << 8;

    [Theory]
    [InlineData("a b", "▁a▁b")]
    [InlineData("  a   b  ", "▁a▁b")]
    [InlineData("   ", "")]
    [InlineData("", "")]
    [InlineData("▁a▁", "▁▁a")]
    [InlineData("▁", "")]
    public void Normalize_Defaults_PrefixesAndTidiesSpaces(string text, string expected) => Assert.Equal(expected, Normalize(new(), text));

    [Theory]
    [InlineData("  a b ", "▁▁a▁b▁")]
    [InlineData(" ", "▁")]
    [InlineData("", "")]
    public void Normalize_Plain_OnlyEscapesSpaces(string text, string expected) => Assert.Equal(expected, Normalize(Plain, text));

    [Fact]
    public void Normalize_Suffix_PutsTheDummyBehind() => Assert.Equal("a▁b▁", Normalize(new(), " a b ", dummySuffix: true));

    [Fact]
    public void Normalize_Unescaped_KeepsSpaces() => Assert.Equal(" a b", Normalize(new() { EscapeWhitespaces = false }, "  a  b "));

    [Fact]
    public void Normalize_HalfASurrogatePair_BecomesTheReplacementCharacter() => Assert.Equal("\ufffda", Normalize(Plain, "\ud83da"));

    [Theory]
    [InlineData("xAx", "xbbx")]
    [InlineData("xABx", "xx")]
    [InlineData("BxBB", "▁x▁▁")]
    public void Normalize_CharacterMap_TakesTheLongestRule(string text, string expected) =>
        Assert.Equal(expected, Normalize(Plain with { PrecompiledCharsMap = Map }, text));

    [Fact]
    public void Normalize_SpacesFromTheMap_AreTidiedToo() => Assert.Equal("▁x▁x", Normalize(new() { PrecompiledCharsMap = Map }, "B BxB Bx B"));

    [Fact]
    public void Normalize_UserDefined_PassesTheMap() => Assert.Equal("xAbb", Normalize(Plain with { PrecompiledCharsMap = Map }, "xAA", userDefined: "xA"));

    private static string Normalize(NormalizerSpec spec, string text, bool dummySuffix = false, string userDefined = "<none>")
    {
        var trie = new PieceTrie([new(Encoding.UTF8.GetBytes(userDefined), 0, PieceType.UserDefined)], _ => true);
        return Encoding.UTF8.GetString(new Normalizer(spec, dummySuffix, trie).Normalize(text));
    }

    private static uint Offset(uint offset) => offset << 10;

    private static uint FarOffset(uint steps) => steps << 10 | 1 << 9; // of 256

    private static uint Value(uint value) => 1u << 31 | value;

    private static byte[] Compile((int Index, uint Unit)[] units, ReadOnlySpan<byte> pool)
    {
        var trie = new uint[0x400];
        Array.Fill(trie, 0xffu); // a label that no rule here has
        foreach (var (index, unit) in units) trie[index] = unit;
        return [.. BitConverter.GetBytes(trie.Length * sizeof(uint)), .. trie.SelectMany(BitConverter.GetBytes), .. pool];
    }
}
