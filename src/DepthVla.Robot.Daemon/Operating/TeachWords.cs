namespace DepthVla.Robot.Daemon.Operating;

/// <summary>What follows <c>teach</c> on a command line, as it is asked of a daemon.</summary>
/// <param name="Method">GET, or POST for what changes something.</param>
/// <param name="Path">Of the operator's socket.</param>
/// <param name="File">Where the lesson goes; empty for nowhere.</param>
internal sealed record TeachWords(string Method, string Path, string File = "")
{
    /// <summary>Every form there is.</summary>
    public const string Forms = "start | start held | start limp | pose NAME | show [FILE] | end [FILE]";

    /// <summary>Splits what follows the verb in words and options.</summary>
    /// <returns>Null where it is none of <see cref="Forms"/>.</returns>
    public static TeachWords? Take(string[] arguments, out string[] options)
    {
        var words = arguments.TakeWhile(argument => !argument.StartsWith('-')).ToArray();
        options = arguments[words.Length..];
        return words switch
        {
            ["start"] => new("POST", "/teach/start"),
            ["start", "held" or "limp"] => new("POST", $"/teach/start/{words[1]}"),
            ["pose", var name] => new("POST", $"/teach/pose/{Uri.EscapeDataString(name)}"),
            ["show"] => new("GET", "/teach"),
            ["show", var file] => new("GET", "/teach", file),
            ["end"] => new("POST", "/teach/end"),
            ["end", var file] => new("POST", "/teach/end", file),
            _ => null,
        };
    }
}
