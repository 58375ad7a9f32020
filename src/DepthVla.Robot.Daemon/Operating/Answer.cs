using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What came of an operator's word.</summary>
/// <param name="Done">Whether it was heeded.</param>
/// <param name="Text">What happened, and where it was not heeded what to do.</param>
internal sealed record Answer(bool Done, string Text)
{
    public string ToJson() => JsonSerializer.Serialize(this, AnswerJson.Default.Answer);

    /// <summary>Null for what is none.</summary>
    public static Answer? Read(string json)
    {
        try { return JsonSerializer.Deserialize(json, AnswerJson.Default.Answer); }
        catch (JsonException) { return null; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Answer))]
internal sealed partial class AnswerJson : JsonSerializerContext;
