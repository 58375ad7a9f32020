using System.Text.Json;
using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

/// <summary>Against SentencePiece itself. Ids must match exactly.</summary>
public sealed class SentencePieceParityTests
{
    public static IEnumerable<TheoryDataRow<ReferenceModel>> Models => ReferenceModel.All();

    [Theory, MemberData(nameof(Models))]
    public void Parse_ReferenceModel_ReadsItsVocabulary(ReferenceModel reference)
    {
        var pieces = reference.Parse().Pieces;

        Assert.Equal(reference.Vocabulary.GetArrayLength(), pieces.Length);
        foreach (var (piece, expected) in pieces.Zip(reference.Vocabulary.EnumerateArray()))
        {
            Assert.Equal(expected[0].GetString(), piece.Text);
            Assert.Equal(expected[1].GetDouble(), piece.Score, 0.51e-6 + 1e-7 * Math.Abs(piece.Score)); // printed with 6 decimals
            Assert.Contains(TypeName(piece.Type), expected[2].GetString()!, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Load_ReferenceModel_HasItsSpecialIds(ReferenceModel reference)
    {
        var tokenizer = SentencePieceTokenizer.Load(reference.File);

        Assert.Equal(reference.Expected.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        Assert.Equal(reference.Expected.GetProperty("pad_id").GetInt32(), tokenizer.PadId ?? -1);
        Assert.Equal(reference.Expected.GetProperty("bos_id").GetInt32(), tokenizer.BosId ?? -1);
        Assert.Equal(reference.Expected.GetProperty("eos_id").GetInt32(), tokenizer.EosId ?? -1);
        Assert.Equal(reference.Expected.GetProperty("unk_id").GetInt32(), tokenizer.UnkId ?? -1);
    }

    [Theory, MemberData(nameof(Models))]
    public void Encode_ReferenceTexts_GivesTheReferenceIds(ReferenceModel reference)
    {
        var pieces = reference.Parse().Pieces;
        var tokenizer = SentencePieceTokenizer.Load(reference.File);
        var rows = reference.Expected.GetProperty("encode");

        Assert.NotEqual(0, rows.GetArrayLength());
        Assert.All(rows.EnumerateArray(), row =>
        {
            var ids = tokenizer.Encode(row.GetProperty("text").GetString());

            Assert.Equal(Ids(row.GetProperty("ids")), ids);
            Assert.Equal(Ids(row.GetProperty("ids_bos")), ids.Prepend(tokenizer.BosId!.Value));
            Assert.Equal(row.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()), ids.Select(id => pieces[id].Text));
            Assert.Equal(row.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
        });
    }

    [Theory, MemberData(nameof(Models))]
    public void Decode_ReferenceIds_GivesTheReferenceTexts(ReferenceModel reference)
    {
        var tokenizer = SentencePieceTokenizer.Load(reference.File);
        var rows = reference.Expected.GetProperty("decode_only");

        Assert.NotEqual(0, rows.GetArrayLength());
        Assert.All(rows.EnumerateArray(), row => Assert.Equal(row.GetProperty("decoded").GetString(), tokenizer.Decode(Ids(row.GetProperty("ids")))));
    }

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static string TypeName(PieceType type) => type switch
    {
        PieceType.Normal => "normal",
        PieceType.UserDefined => "user",
        _ => type.ToString().ToLowerInvariant(),
    };
}
