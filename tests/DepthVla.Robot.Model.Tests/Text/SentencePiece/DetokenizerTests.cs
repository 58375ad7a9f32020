using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

public sealed class DetokenizerTests
{
    [Theory]
    [InlineData(false, false, "  a a")]
    [InlineData(true, false, " a a")]
    [InlineData(false, true, "a a")]
    [InlineData(true, true, "a a")]
    public void Decode_LeadingSpaces_LosesWhatTheNormaliserPutOrTidies(bool dummyPrefix, bool tidy, string expected)
    {
        var normalizer = new[] { ModelFile.Number(3, dummyPrefix ? 1u : 0), ModelFile.Number(4, tidy ? 1u : 0) };
        var model = ModelFile.Of(ModelType.Bpe, "▁", "a").Add("<s>", PieceType.Control).Normalizer(normalizer).Parse();

        Assert.Equal(expected, new SentencePieceTokenizer(model).Decode([3, 1, 3, 1, 2, 1, 2]));
    }

    [Fact]
    public void Decode_Unknown_IsItsSurface()
    {
        var model = ModelFile.Of(ModelType.Bpe, "a");

        Assert.Equal("a \u2047 ", new SentencePieceTokenizer(model.Parse()).Decode([1, 0]));
        Assert.Equal("a[?]", new SentencePieceTokenizer(model.Trainer(ModelFile.Bytes(44, "[?]"u8)).Parse()).Decode([1, 0]));
    }

    [Fact]
    public void Decode_BytesOfACharacter_JoinUnlessSomethingIsBetween()
    {
        var tokenizer = new SentencePieceTokenizer(ModelFile.Of(ModelType.Bpe, "a").ByteFallback().Parse());
        const int FirstByte = 2;

        Assert.Equal("ж", tokenizer.Decode([FirstByte + 0xd0, FirstByte + 0xb6]));
        Assert.Equal("\ufffda\ufffd", tokenizer.Decode([FirstByte + 0xd0, 1, FirstByte + 0xb6]));
        Assert.Equal("\ufffd\ufffd", tokenizer.Decode([FirstByte + 0xe2, FirstByte + 0x82]));
    }

    [Theory, InlineData(-1), InlineData(2), InlineData(int.MaxValue)]
    public void Decode_ForeignId_Throws(int id) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SentencePieceTokenizer(ModelFile.Of(ModelType.Bpe, "a").Parse()).Decode([id]));
}
