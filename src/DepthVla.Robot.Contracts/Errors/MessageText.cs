namespace DepthVla.Robot.Contracts.Errors;

/// <summary>Makes what a peer sent fit for a message or a log line.</summary>
internal static class MessageText
{
    private const int MaxLength = 80;

    /// <summary>At most <see cref="MaxLength"/> characters, none of them a control character.</summary>
    public static string Shorten(string value)
    {
        var shown = value.Length <= MaxLength ? value : string.Concat(value.AsSpan(0, MaxLength), "…");
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? '�' : c)) : shown;
    }
}
