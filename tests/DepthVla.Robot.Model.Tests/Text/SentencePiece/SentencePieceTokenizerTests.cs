using DepthVla.Robot.Model.Text.SentencePiece;
using FsCheck.Xunit;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

[Properties(Arbitrary = [typeof(AnyText)])]
public sealed class SentencePieceTokenizerTests
{
    private static readonly SentencePieceModel[] References = [.. ReferenceModel.All().Select(row => row.Data.Parse())];

    private static readonly SentencePieceTokenizer[] All = [.. References.Select(model => new SentencePieceTokenizer(model))];

    /// <summary>Those that lose nothing: bytes for what they cannot spell, and a normaliser that only escapes spaces.</summary>
    private static readonly SentencePieceTokenizer[] Lossless =
    [
        .. from model in References
           let normalizer = model.Normalizer
           where model.Trainer.ByteFallback && normalizer is { AddDummyPrefix: false, RemoveExtraWhitespaces: false, PrecompiledCharsMap.IsEmpty: true }
           select new SentencePieceTokenizer(model),
    ];

    [Fact]
    public void Lossless_References_AreAmongThem() => Assert.NotEmpty(Lossless);

    [Property]
    public bool Decode_EncodedByALosslessModel_GivesTheTextBack(AnyText text) =>
        Lossless.All(tokenizer => tokenizer.Decode(tokenizer.Encode(text.Value)) == text.WellFormed.Replace('\u2581', ' '));

    [Property]
    public bool Encode_AnyText_GivesIdsOfTheVocabulary(AnyText text) =>
        All.All(tokenizer => tokenizer.Encode(text.Value).All(id => id >= 0 && id < tokenizer.VocabularySize));

    [Fact]
    public void Encode_FromManyThreads_AsFromOne()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"pick up {i} spoons, then the tówel {i * i}")];
        foreach (var tokenizer in All)
        {
            var alone = texts.Select(text => tokenizer.Encode(text)).ToArray();

            var together = texts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(text => tokenizer.Encode(text)).ToArray();

            Assert.Equal(alone, together);
        }
    }

    [Fact]
    public void Identity_SameBytesOrOthers_SameOrAnother()
    {
        var file = ModelFile.Of(ModelType.Bpe, "a");
        var identity = new SentencePieceTokenizer(file.Parse()).Identity;

        Assert.Equal(identity, new SentencePieceTokenizer(file.Parse()).Identity);
        Assert.NotEqual(identity, new SentencePieceTokenizer(file.Add("b").Parse()).Identity);
    }
}
