using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

public sealed class UnigramSegmenterTests
{
    [Fact]
    public void Encode_TwoSplits_HigherSumWins()
    {
        var file = ModelFile.Of(ModelType.Unigram).Add("a", score: -3).Add("b", score: -3).Add("c", score: -1);

        Assert.Equal(["a", "bc"], file.Add("ab", score: -5).Add("bc", score: -2).Split("abc"));
        Assert.Equal(["abc"], file.Add("abc", score: -4.9f).Split("abc"));
    }

    [Fact]
    public void Encode_EqualSums_LongestLastPieceWins() =>
        Assert.Equal(["a", "aa"], ModelFile.Of(ModelType.Unigram).Add("a", score: -1).Add("aa", score: -2).Split("aaa"));

    [Fact]
    public void Encode_UserDefined_WinsWhateverItsScore() =>
        Assert.Equal(["ab", "c"], ModelFile.Of(ModelType.Unigram).Add("a", score: -0.3f).Add("bc", score: -0.3f).Add("c", score: -0.3f)
            .Add("ab", PieceType.UserDefined, score: -99).Split("abc"));

    [Fact]
    public void Encode_UnusedPiece_IsNotThere() =>
        Assert.Equal(["a", "b"], ModelFile.Of(ModelType.Unigram, "a", "b").Add("ab", PieceType.Unused).Split("ab"));

    [Theory]
    [InlineData(9.5f, new[] { "ab" })]
    [InlineData(10.5f, new[] { "a", "<unk>" })]
    public void Encode_UnknownCharacter_CostsTenMoreThanTheWorstPiece(float a, string[] expected) =>
        Assert.Equal(expected, ModelFile.Of(ModelType.Unigram).Add("a", score: a).Add("ab", score: -1).Split("ab"));

    [Fact]
    public void Encode_NeighbouringUnknowns_AreOne() =>
        Assert.Equal(["<unk>", "a", "<unk>"], ModelFile.Of(ModelType.Unigram, "a").Split("漢字aж"));

    [Fact]
    public void Encode_UnknownWithByteFallback_ItsBytes() =>
        Assert.Equal(["a", "<0xD0>", "<0xB6>", "a"], ModelFile.Of(ModelType.Unigram, "a").ByteFallback().Split("aжa"));
}
