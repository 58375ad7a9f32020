using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>What check found, for programs.</summary>
/// <param name="Refused">How many things stand in the way of a run.</param>
/// <param name="Rows">All that was looked at, in order.</param>
internal sealed record CheckReport(int Refused, IReadOnlyList<CheckRow> Rows)
{
    public string ToJson() => JsonSerializer.Serialize(this, CheckJson.Default.CheckReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CheckReport))]
internal sealed partial class CheckJson : JsonSerializerContext;
