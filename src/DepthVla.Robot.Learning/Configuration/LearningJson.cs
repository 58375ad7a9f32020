using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>Reads and writes the JSON files of training; a key that nobody knows is an error.</summary>
internal static class LearningJson
{
    private static readonly LearningJsonContext Context = LearningJsonContext.Default;

    /// <exception cref="FormatException">The file is not of that shape; the message names it and the key.</exception>
    internal static TrainingConfig ReadTraining(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), Context.TrainingConfig) ?? throw new FormatException($"{file}: expected an object, got null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }

    internal static string Write(TrainingConfig config) => JsonSerializer.Serialize(config, Context.TrainingConfig) + "\n";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, WriteIndented = true, ReadCommentHandling = JsonCommentHandling.Skip,
    Converters = [typeof(SnakeCase<TrainingStage>), typeof(SnakeCase<TrainingPrecision>)])]
[JsonSerializable(typeof(TrainingConfig))]
internal sealed partial class LearningJsonContext : JsonSerializerContext;

internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;
