namespace DepthVla.Robot.Server.Options;

/// <summary>A checkpoint, and the name that robots and administrators call it by while it, or what takes its place, is served.</summary>
/// <param name="Name">Letters, digits, '.', '_' and '-': it stands in addresses and in labels of metrics.</param>
/// <param name="Folder">The checkpoint's folder.</param>
internal sealed record NamedCheckpoint(string Name, string Folder)
{
    /// <summary>What a checkpoint is called that nobody named.</summary>
    public const string Default = "default";

    private const int MaxLength = 64;

    /// <summary>Reads NAME=FOLDER; null where it is not that.</summary>
    public static NamedCheckpoint? Parse(string text) =>
        text.Split('=', 2) is [var name, var folder] && name.Length is > 0 and <= MaxLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? new(name, folder) : null;
}
