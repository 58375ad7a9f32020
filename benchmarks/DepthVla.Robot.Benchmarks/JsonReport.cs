using System.Text.Json;

namespace DepthVla.Robot.Benchmarks;

/// <summary>A benchmark's figures for other programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    internal static void Write(string path, object report) => File.WriteAllText(path, JsonSerializer.Serialize(report, Json));
}
