using System.Text.Json;
using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Tests.Text.SentencePiece;
using DepthVla.Robot.Model.Text;
using DepthVla.Robot.Model.Text.SentencePiece;

namespace DepthVla.Robot.Model.Tests.Text;

/// <summary>Against openpi's prompt preparation.</summary>
public sealed class PromptParityTests
{
    /// <summary>Files of prompts, each with the models of its folder: the rows do not say which of them they were made with.</summary>
    public static IEnumerable<TheoryDataRow<string, ReferenceModel[]>> Files =>
        from folder in FixtureFolders.Of(FixtureKind.SentencePiece)
        from file in Directory.EnumerateFiles(folder.Data.Folder, "*.json").Order(StringComparer.Ordinal)
        let rows = ReferenceModel.Read(file)
        where rows.ValueKind == JsonValueKind.Array && rows[0].ValueKind == JsonValueKind.Object && rows[0].TryGetProperty("prompt", out _)
        select new TheoryDataRow<string, ReferenceModel[]>(file, [.. ReferenceModel.In(folder.Data)]) { Label = file };

    [Theory, MemberData(nameof(Files))]
    public void Encode_ReferencePrompts_GivesTheReferenceIds(string file, ReferenceModel[] models)
    {
        var failures = models.Select(model => Record.Exception(() => CheckAll(ReferenceModel.Read(file), SentencePieceTokenizer.Load(model.File)))).ToArray();

        Assert.True(failures.Any(failure => failure is null), string.Join('\n', models.Zip(failures, (model, failure) => $"{model}: {failure?.Message}")));
    }

    private static void CheckAll(JsonElement rows, ITokenizer tokenizer)
    {
        foreach (var row in rows.EnumerateArray())
        {
            var format = row.GetProperty("kind").GetString() switch { "pi0" => PromptFormat.Pi0, "pi05" => PromptFormat.Pi05, var other => throw new NotSupportedException(other) };
            var length = row.GetProperty("max_len").GetInt32();
            double[] state = row.TryGetProperty("state", out var values) ? [.. values.EnumerateArray().Select(value => value.GetDouble())] : [];

            var prompt = new PromptEncoder(tokenizer, format, length).Encode(row.GetProperty("prompt").GetString()!, state);
            var (ids, mask) = (new int[length], new bool[length]);
            prompt.CopyPadded(ids, mask);

            Assert.Equal(row.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32()), ids);
            Assert.Equal(row.GetProperty("mask").EnumerateArray().Select(isReal => isReal.GetBoolean()), mask);
        }
    }
}
