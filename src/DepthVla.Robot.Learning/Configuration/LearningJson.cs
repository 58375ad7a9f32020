using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>Reads and writes the JSON files of training; a key that nobody knows is an error, and one that is left out has its default.</summary>
internal static class LearningJson
{
    // By reflection: generated code would forget the defaults of what a file leaves out.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,   // a loss that was not asked for is NaN
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <exception cref="FormatException">The file is not of that shape; the message names it and the key.</exception>
    internal static T Read<T>(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Options) ?? throw new FormatException($"{file}: expected an object, got null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";
}
