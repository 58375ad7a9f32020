using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What came of an operator's word.</summary>
/// <param name="Done">Whether it was heeded.</param>
/// <param name="Text">What happened, and where it was not heeded what to do.</param>
internal sealed record Answer(bool Done, string Text)
{
    /// <summary>What was taught, where that was asked.</summary>
    public TeachRecord? Lesson { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, AnswerJson.Default.Answer);

    /// <summary>Null for what is none.</summary>
    public static Answer? Read(string json)
    {
        try { return JsonSerializer.Deserialize(json, AnswerJson.Default.Answer); }
        catch (JsonException) { return null; }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Answer))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    private static readonly AnswerJson ForPeople = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n",
    });

    /// <summary>A lesson, for a file.</summary>
    public static string Indented(TeachRecord lesson) => JsonSerializer.Serialize(lesson, ForPeople.TeachRecord);

    /// <summary>What a robot file may say.</summary>
    public static string Indented(RobotFileAdvice advice) => JsonSerializer.Serialize(advice, ForPeople.RobotFileAdvice);
}
