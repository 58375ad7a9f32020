using System.Text.Json.Serialization;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>How something was found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Finding>))]
internal enum Finding
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Fine,

    /// <summary>Worth knowing; it keeps nothing from starting.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>A run would be refused, or would never move.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Finding">How it was found.</param>
/// <param name="What">Which thing.</param>
/// <param name="Text">What was found, and where it is not fine what to do.</param>
internal sealed record CheckRow(Finding Finding, string What, string Text)
{
    public override string ToString() => $"  {Finding switch { Finding.Fine => "ok", Finding.Note => "note", _ => "REFUSED" },-8} {What,-12} {Text}";
}
