using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Text;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>Reads and writes the JSON files of a checkpoint; a key that nobody knows is an error, not a comment.</summary>
internal static class ModelJson
{
    /// <exception cref="FormatException">The text is not JSON of that shape; the message names <paramref name="file"/> and the key.</exception>
    internal static T Read<T>(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TypeInfo<T>()) ?? throw new FormatException($"{file}: expected an object, got null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, TypeInfo<T>()) + "\n";

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)ModelJsonContext.Default.GetTypeInfo(typeof(T))!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(SnakeCaseEnum<ActionRepresentation>), typeof(SnakeCaseEnum<DepthInput>), typeof(SnakeCaseEnum<JointUnit>), typeof(SnakeCaseEnum<NormalizationMethod>),
        typeof(SnakeCaseEnum<PromptFormat>), typeof(SnakeCaseEnum<ResizeMethod>), typeof(SnakeCaseEnum<TokenizerKind>),
    ],
    WriteIndented = true)]
[JsonSerializable(typeof(CheckpointConfig))]
[JsonSerializable(typeof(Float8Scales))]
[JsonSerializable(typeof(GoldenAnswers))]
[JsonSerializable(typeof(NetworkConfig))]
[JsonSerializable(typeof(NormStats))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;

/// <summary>An enum as snake_case text; never as a number.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;
