using System.Text.Json.Nodes;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>Training configs as files: one may build on another beside it, and change the model it names.</summary>
internal static class TrainingConfigFile
{
    internal const string ModelChangesKey = "model_changes";
    private const string BaseKey = "base";
    private const int Deepest = 8;

    /// <summary>A config with what it builds on.</summary>
    /// <exception cref="FormatException">A file is not of that shape; the message names it and the key.</exception>
    internal static TrainingConfig Read(string file) => LearningJson.Read<TrainingConfig>(Whole(file), file);

    /// <summary>The same as JSON: what the file says, over what its base says (RFC 7396).</summary>
    internal static JsonObject Whole(string file) => Whole(file, 0);

    /// <summary>The checkpoint config that a training config names, changed as it says.</summary>
    /// <param name="config">Whose.</param>
    /// <param name="folder">Where its file is.</param>
    /// <exception cref="FormatException">There is none, or the changes make none of it.</exception>
    internal static CheckpointConfig Model(TrainingConfig config, string folder)
    {
        var file = Path.Combine(folder, config.Model);
        var model = Presets.Load(File.Exists(file) ? file : config.Model);
        if (config.ModelChanges is not { } changes) return model;
        var changed = MergePatch.Apply(JsonNode.Parse(ModelJson.Write(model))!.AsObject(), changes);
        return ModelJson.Read<CheckpointConfig>(changed.ToJsonString(), $"{config.Model} with model_changes");
    }

    /// <summary>A config changed by a patch. Its changes of the model are a patch themselves, and are joined to those before.</summary>
    internal static JsonObject Changed(JsonObject config, JsonObject? patch)
    {
        var result = MergePatch.Apply(config, patch);
        if (patch?[ModelChangesKey] is JsonObject changes) result[ModelChangesKey] = MergePatch.Join(config[ModelChangesKey] as JsonObject, changes);
        return result;
    }

    private static JsonObject Whole(string file, int depth)
    {
        var own = LearningJson.Object(file);
        if (own[BaseKey] is not { } node) return own;
        var named = node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new FormatException($"{file}: {BaseKey}: expected a file's name, got {node.ToJsonString()}");
        if (Path.GetFileName(named) != named) throw new FormatException($"{file}: {BaseKey}: expected a file in the same folder, for the paths in it, got {named}");
        if (depth == Deepest) throw new FormatException($"{file}: {BaseKey}: expected at most {Deepest} files that build on each other; does one build on itself?");
        own.Remove(BaseKey);
        return Changed(Whole(Path.Combine(Path.GetDirectoryName(file) ?? "", named), depth + 1), own);
    }
}
