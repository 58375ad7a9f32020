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

    /// <summary>How a part is trained before the variants are; its seed is not said yet.</summary>
    internal JsonObject Training(PretrainedPart part) => Changed(part.Training, part.Model);

    /// <summary>How a variant is trained; its seed, and what it begins with, are not said yet.</summary>
    internal JsonObject Training(StudyVariant variant) => Changed(variant.Training, variant.Model);

    /// <summary>What a variant begins with.</summary>
    internal IEnumerable<PretrainedPart> Parts(StudyVariant variant) =>
        variant.Pretrained is { } named ? study.Pretraining.Where(part => named.Contains(part.Part)) : study.Pretraining;

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
            training.ToJsonString(), ModelJson.Write(model), string.Concat(Parts(variant).Select(part => part.Part + Training(part).ToJsonString())),
            string.Join(',', study.Tasks), $"{study.Attempts} {variant.MaskDepth} {variant.PolicyOf} {variant.TimeOf} {variant.SpeedOf}",
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];
    }

    private JsonObject Changed(JsonObject? training, JsonObject? model)
    {
        var changed = TrainingConfigFile.Changed(Base(), training);
        return model is null ? changed : TrainingConfigFile.Changed(changed, new JsonObject { [TrainingConfigFile.ModelChangesKey] = model.DeepClone() });
    }

    private JsonObject Base() => TrainingConfigFile.Whole(_baseFile);
}
