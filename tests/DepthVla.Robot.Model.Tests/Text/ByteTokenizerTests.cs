using DepthVla.Robot.Model.Text;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Text;

[Properties(Arbitrary = [typeof(AnyText)])]
public sealed class ByteTokenizerTests
{
    private readonly ByteTokenizer _tokenizer = new();

    [Fact]
    public void Encode_TwoLetters_ThreePlusTheirBytes() => Assert.Equal<int>([3 + 'H', 3 + 0xc3, 3 + 0xa9], _tokenizer.Encode("Hé"));

    [Fact]
    public void Decode_SpecialIds_Vanish() => Assert.Equal("Hi", _tokenizer.Decode([2, 3 + 'H', 0, 3 + 'i', 1, 0]));

    [Fact]
    public void Decode_TruncatedCharacter_OneReplacementAByte() => Assert.Equal("\ufffd\ufffda", _tokenizer.Decode([3 + 0xe2, 3 + 0x82, 3 + 'a']));

    [Theory, InlineData(-1), InlineData(259)]
    public void Decode_ForeignId_Throws(int id) => Assert.Throws<ArgumentOutOfRangeException>(() => _tokenizer.Decode([id]));

    [Property]
    public bool Decode_EncodedText_GivesItBack(AnyText text) => _tokenizer.Decode(_tokenizer.Encode(text.Value)) == text.WellFormed;
}
