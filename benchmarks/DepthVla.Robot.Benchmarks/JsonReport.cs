using System.Text.Json;

namespace DepthVla.Robot.Benchmarks;

/// <summary>A benchmark's figures for other programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <exception cref="JsonException">It is something else.</exception>
    internal static T Read<T>(JsonElement report) => report.Deserialize<T>(Json) ?? throw new JsonException("null");

    internal static void Write(string path, object report) => File.WriteAllText(path, JsonSerializer.Serialize(report, Json));
}
