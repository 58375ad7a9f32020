using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

public sealed class SentencePieceModelTests
{
    /// <summary>Broken files, and what the message must name.</summary>
    public static TheoryData<string, byte[]> Broken => new()
    {
        { "pieces: expected one of type unknown, got 0", [] },
        { "not a protobuf message: wire type 7", [0x0f] },
        { "not a protobuf message: field number 0", [0x00, 0x00] },
        { "not a protobuf message: 4294967295 bytes wanted, 0 left", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f] },
        { "a number of more than ten bytes", [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] },
        { "not a protobuf message", "{\"model\": {\"type\": \"BPE\"}}"u8.ToArray() },
        { "pieces[1].piece: it is empty", Bpe().Add("").ToArray() },
        { "pieces[1].score: expected a finite number, got NaN", Bpe().Add("a", score: float.NaN).ToArray() },
        { "pieces[1].type: expected 1 to 6, got 7", Bpe().Add("a", (PieceType)7).ToArray() },
        { "pieces[2].piece: \"a\" is already the spelling of id 1", Bpe().Add("a").Add("a").ToArray() },
        { "pieces[2].piece: \"<s>\" is already the spelling of id 1", Bpe().Add("<s>", PieceType.Control).Add("<s>", PieceType.Control).ToArray() },
        { "pieces: expected one of type unknown, got 2", Bpe().Add("<unk2>", PieceType.Unknown).ToArray() },
        { "pieces[1].type: a byte piece, although trainer_spec.byte_fallback is off", Bpe().Add("<0x00>", PieceType.Byte).ToArray() },
        { "exactly the 256 byte pieces <0x00> to <0xFF>; 1 are missing", Bpe().Trainer(ModelFile.Number(35, 1)).AddBytes(first: 1).ToArray() },
        { "exactly the 256 byte pieces <0x00> to <0xFF>; 1 are missing", Bpe().ByteFallback().Add("<0x0a>", PieceType.Byte).ToArray() },
        { "trainer_spec.model_type: expected unigram (1) or bpe (2), got 3", Bpe().Trainer(ModelFile.Number(3, 3)).ToArray() },
        { "pieces: expected some of type normal", ModelFile.Of(ModelType.Unigram).ToArray() },
        { "normalizer_spec.precompiled_charsmap: 3 bytes have no room", Bpe().Normalizer(ModelFile.Bytes(2, [1, 2, 3])).ToArray() },
        { "normalizer_spec.precompiled_charsmap: a trie of 0 bytes", Bpe().Normalizer(ModelFile.Bytes(2, [0, 0, 0, 0, 0])).ToArray() },
        { "normalizer_spec.precompiled_charsmap: a trie of 6 bytes", Bpe().Normalizer(ModelFile.Bytes(2, [6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])).ToArray() },
        { "normalizer_spec.precompiled_charsmap: a trie of 4 bytes", Bpe().Normalizer(ModelFile.Bytes(2, [4, 0, 0, 0, 0, 0, 0, 0])).ToArray() },
        { "normalizer_spec.precompiled_charsmap: a replacement has no end", Bpe().Normalizer(ModelFile.Bytes(2, [4, 0, 0, 0, 0, 0, 0, 0, 65])).ToArray() },
        { "denormalizer_spec.precompiled_charsmap", Bpe().Raw(ModelFile.Bytes(5, ModelFile.Bytes(2, [1]))).ToArray() },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Load_BrokenFile_NamesFileAndField(string expected, byte[] content)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, content);
        try
        {
            var message = Assert.Throws<InvalidDataException>(() => SentencePieceTokenizer.Load(path)).Message;

            Assert.StartsWith(path, message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Load_FileLargerThanAnyModel_IsNotRead() => // a case of its own: the runner writes out every theory's arguments
        Load_BrokenFile_NamesFileAndField("at most 16777216 bytes, got 16777217", new byte[(16 << 20) + 1]);

    [Fact]
    public void Load_NoFile_Throws() => Assert.Throws<FileNotFoundException>(() => SentencePieceTokenizer.Load(Path.Combine(Path.GetTempPath(), "no such model")));

    [Fact]
    public void Parse_FieldsItDoesNotKnow_SkipsThem()
    {
        byte[] unknown = [.. ModelFile.Number(200, ulong.MaxValue), .. ModelFile.Bytes(201, "x"u8), 9 << 3 | 1, 1, 2, 3, 4, 5, 6, 7, 8, 10 << 3 | 5, 1, 2, 3, 4];

        Assert.Equal(["a", "a"], Bpe().Add("a").Raw(unknown).Trainer(unknown).Normalizer(unknown).Split("aa"));
    }

    [Fact]
    public void Parse_SpecInTwoParts_LaysTheSecondOverTheFirst()
    {
        var model = Bpe().Trainer(ModelFile.Bytes(46, "<begin>"u8)).Trainer(ModelFile.Bytes(48, "<fill>"u8)).Parse();

        Assert.Equal(ModelType.Bpe, model.Trainer.ModelType);
        Assert.Equal(("<begin>", "</s>", "<fill>"), (model.Trainer.BosPiece, model.Trainer.EosPiece, model.Trainer.PadPiece));
    }

    [Fact]
    public void Special_PieceOfThatNameThatIsNoControl_IsNone()
    {
        var tokenizer = new SentencePieceTokenizer(Bpe().Add("<s>").Add("</s>", PieceType.Control).Parse());

        Assert.Equal((null, 2, null, 0), (tokenizer.BosId, tokenizer.EosId, tokenizer.PadId, tokenizer.UnkId));
    }

    private static ModelFile Bpe() => ModelFile.Of(ModelType.Bpe);
}
