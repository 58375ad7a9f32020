using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DepthVla.Robot.Server.Auditing;

/// <summary>One line of the audit log. What is not known is left out.</summary>
/// <param name="Time">UTC.</param>
/// <param name="Act">"refused": a call was not answered, or cut. "admin": an administrative call was let in. "reloaded" and "not_reloaded": files of trust were replaced.</param>
/// <param name="Status">The gRPC status of a refusal.</param>
/// <param name="Reason">The reason of a refusal.</param>
/// <param name="Caller">Who it was, where that is known.</param>
/// <param name="KnownBy">How.</param>
/// <param name="From">The peer's address.</param>
/// <param name="Method">What was called.</param>
/// <param name="Message">For people.</param>
/// <param name="Omitted">Refusals of this peer that were not written since the last that was, because there were so many.</param>
internal sealed record AuditEntry(
    DateTimeOffset Time, string Act, string? Status = null, string? Reason = null, string? Caller = null, string? KnownBy = null, string? From = null, string? Method = null,
    string? Message = null, long? Omitted = null)
{
    /// <summary>As JSON, without a line's end. Whatever a peer sent, it is one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Line.AuditEntry);

    // No page shows it, so that quotation marks and such may be written plainly; control characters never are.
    private static AuditJson Line { get; } = new(new JsonSerializerOptions(AuditJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
