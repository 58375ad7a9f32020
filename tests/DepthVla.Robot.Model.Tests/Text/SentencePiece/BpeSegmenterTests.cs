using System.Text;
using DepthVla.Robot.Model.Text.SentencePiece;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

[Properties(Arbitrary = [typeof(AnyText)])]
public sealed class BpeSegmenterTests
{
    /// <summary>Without unused pieces: the definition below leaves out how those fall apart.</summary>
    private static readonly Vocabulary[] References =
    [
        .. from row in ReferenceModel.All()
           let model = row.Data.Parse()
           where model.Trainer.ModelType == ModelType.Bpe && model.Pieces.All(piece => piece.Type != PieceType.Unused)
           select new Vocabulary(model),
    ];

    [Fact]
    public void Encode_OverlappingPairs_HighestScoreFirst() =>
        Assert.Equal(["a", "bc"], ModelFile.Of(ModelType.Bpe, "a", "b", "c").Add("ab", score: -2).Add("bc", score: -1).Split("abc"));

    [Fact]
    public void Encode_EqualScores_LeftmostFirst() =>
        Assert.Equal(["aa", "aa", "a"], ModelFile.Of(ModelType.Bpe, "a").Add("aa", score: -1).Split("aaaaa"));

    [Fact]
    public void Encode_PieceWithoutPartsInTheVocabulary_IsNotFound() =>
        Assert.Equal(["a", "b", "c"], ModelFile.Of(ModelType.Bpe, "a", "b", "c").Add("abc").Split("abc"));

    [Fact]
    public void Encode_PartsThatAreNoPieces_StillMerge() =>
        Assert.Equal(["xy"], ModelFile.Of(ModelType.Bpe).Add("xy").Split("xy"));

    [Theory]
    [InlineData("a#a", new[] { "a", "#", "a" })]
    [InlineData("a###a", new[] { "a", "##", "#", "a" })]
    public void Encode_UserDefined_LongestFirstAndNeverMerged(string text, string[] expected) =>
        Assert.Equal(expected, ModelFile.Of(ModelType.Bpe, "a").Add("#", PieceType.UserDefined).Add("##", PieceType.UserDefined)
            .Add("a#").Add("#a").Add("###").Split(text));

    [Fact]
    public void Encode_ControlPieceInText_IsSpelledOut() =>
        Assert.Equal(["<", "s", ">"], ModelFile.Of(ModelType.Bpe, "<", "s", ">").Add("<s>", PieceType.Control).Split("<s>"));

    [Fact]
    public void Encode_UnusedPiece_FallsApartIntoItsLastMerge() =>
        Assert.Equal(["ab", "c", "d"], ModelFile.Of(ModelType.Bpe, "a", "b", "c", "d")
            .Add("ab", score: -1).Add("abc", PieceType.Unused, -2).Add("abcd", PieceType.Unused, -3).Split("abcd"));

    [Fact]
    public void Encode_NeighbouringUnknowns_AreOne() =>
        Assert.Equal(["<unk>", "a", "<unk>"], ModelFile.Of(ModelType.Bpe, "a").Split("漢字aж"));

    [Fact]
    public void Encode_UnknownWithByteFallback_ItsBytes() =>
        Assert.Equal(["a", "<0xD0>", "<0xB6>", "a"], ModelFile.Of(ModelType.Bpe, "a").ByteFallback().Split("aжa"));

    [Property]
    public void Split_AnyText_AsTheDefinitionSays(AnyText text)
    {
        foreach (var vocabulary in References)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Value.Replace(' ', '\u2581'));

            var segments = new BpeSegmenter(vocabulary).Split(bytes);

            Assert.Equal(Naive(vocabulary, bytes), segments.Select(segment => Convert.ToHexString(bytes, segment.Start, segment.Length)));
        }
    }

    /// <summary>The definition: look at all pairs, join the best, start over.</summary>
    private static List<string> Naive(Vocabulary vocabulary, byte[] text)
    {
        var symbols = new List<(byte[] Bytes, bool IsWhole)>();
        for (ReadOnlySpan<byte> rest = text; !rest.IsEmpty; rest = rest[symbols[^1].Bytes.Length..])
        {
            var whole = 0;
            foreach (var piece in vocabulary.Pieces)
            {
                if (piece.Type == PieceType.UserDefined && piece.Utf8.Length > whole && rest.StartsWith(piece.Utf8.Span)) whole = piece.Utf8.Length;
            }

            Rune.DecodeFromUtf8(rest, out _, out var character);
            symbols.Add((rest[..(whole > 0 ? whole : character)].ToArray(), whole > 0));
        }

        while (true)
        {
            var (best, bestScore) = (-1, float.NegativeInfinity);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                if (symbols[i].IsWhole || symbols[i + 1].IsWhole) continue;
                var id = vocabulary.Spelled.Find([.. symbols[i].Bytes, .. symbols[i + 1].Bytes]);
                if (id >= 0 && vocabulary.Pieces[id].Score > bestScore) (best, bestScore) = (i, vocabulary.Pieces[id].Score);
            }

            if (best < 0) return [.. symbols.Select(symbol => Convert.ToHexString(symbol.Bytes))];
            symbols[best] = ([.. symbols[best].Bytes, .. symbols[best + 1].Bytes], false);
            symbols.RemoveAt(best + 1);
        }
    }
}
