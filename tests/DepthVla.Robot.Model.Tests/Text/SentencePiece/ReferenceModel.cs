using System.Text.Json;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text.SentencePiece;

/// <summary>A model file of a fixture folder, and beside it what SentencePiece itself made of texts with it.</summary>
public sealed class ReferenceModel(string file)
{
    public string File { get; } = file;

    /// <summary>Special ids, training options, encoded texts and decoded ids.</summary>
    public JsonElement Expected => Read(Path.ChangeExtension(File, ".json"));

    /// <summary>[piece, score, type] by id.</summary>
    public JsonElement Vocabulary => Read(Path.ChangeExtension(File, ".vocab.json"));

    /// <summary>Every model of every fixture folder, as rows of a theory.</summary>
    public static IEnumerable<TheoryDataRow<ReferenceModel>> All() =>
        from folder in FixtureFolders.Of(FixtureKind.SentencePiece)
        from model in In(folder.Data)
        select new TheoryDataRow<ReferenceModel>(model) { Label = model.File };

    public static IEnumerable<ReferenceModel> In(Fixture folder) =>
        Directory.EnumerateFiles(folder.Folder, "*.model").Order(StringComparer.Ordinal).Select(file => new ReferenceModel(file));

    public static JsonElement Read(string file) => JsonElement.Parse(System.IO.File.ReadAllBytes(file));

    internal SentencePieceModel Parse() => SentencePieceModel.Load(File);

    public override string ToString() => Path.GetFileName(File);
}
