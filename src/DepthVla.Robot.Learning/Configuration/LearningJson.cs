using System.Text.Json;
using System.Text.Json.Nodes;
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
    internal static T Read<T>(string file) => Named(file, () => JsonSerializer.Deserialize<T>(File.ReadAllText(file), Options));

    /// <summary>The same of what was read before; <paramref name="file"/> is where from.</summary>
    internal static T Read<T>(JsonObject json, string file) => Named(file, () => json.Deserialize<T>(Options));

    /// <summary>A file's object as it is, less comments.</summary>
    internal static JsonObject Object(string file) => Named(file, () => JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip }) as JsonObject);

    private static T Named<T>(string file, Func<T?> read)
    {
        try
        {
            return read() ?? throw new FormatException($"{file}: expected an object, got something else");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, Options) + "\n";
}
