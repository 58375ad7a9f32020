using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>The training configs that a study makes of its base.</summary>
/// <param name="study">The study.</param>
/// <param name="folder">Where its file is.</param>
internal sealed class StudySettings(StudyConfig study, string folder)
{
    private readonly Dictionary<StudyVariant, string> _hashes = [];
    private readonly string _baseFile = Path.GetFullPath(Path.Combine(folder, study.Base));

    /// <summary>How the depth expert is trained by itself.</summary>
    internal JsonObject Pretraining() => TrainingConfigFile.Changed(Base(), study.Pretraining);

    /// <summary>How a variant is trained; its seed, and what it begins with, are not said yet.</summary>
    internal JsonObject Training(StudyVariant variant)
    {
        var training = TrainingConfigFile.Changed(Base(), variant.Training);
        return variant.Model is { } changes
            ? TrainingConfigFile.Changed(training, new JsonObject { [TrainingConfigFile.ModelChangesKey] = changes.DeepClone() }) : training;
    }

    /// <summary>A path in the base config, from anywhere.</summary>
    internal string File(JsonNode path) => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(_baseFile)!, path.GetValue<string>()));

    /// <summary>All that decides a variant's result, but for the seed: a hash, taken once.</summary>
    internal string Of(StudyVariant variant) => _hashes.TryGetValue(variant, out var known) ? known : _hashes[variant] = Hash(variant);

    private string Hash(StudyVariant variant)
    {
        var training = Training(variant);
        var model = TrainingConfigFile.Model(LearningJson.Read<TrainingConfig>(training, _baseFile), Path.GetDirectoryName(_baseFile)!);
        string[] parts =
        [
            training.ToJsonString(), ModelJson.Write(model), variant.Pretrained ? study.Pretraining?.ToJsonString() ?? "" : "",
            string.Join(',', study.Tasks), $"{study.Attempts} {variant.MaskDepth} {variant.PolicyOf} {variant.TimeOf} {variant.SpeedOf}",
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];
    }

    private JsonObject Base() => TrainingConfigFile.Whole(_baseFile);
}
