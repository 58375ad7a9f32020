namespace DepthVla.Robot.OpenPi.Messages;

/// <summary>Bytes that are no message, or a message without what was expected of it.</summary>
/// <remarks>The message is for the other side's engineer: key, what was expected, what came.</remarks>
public sealed class InvalidMessageException : Exception
{
    private const int MaxLength = 1024;

    /// <summary>Names the key and tells what is wrong with it.</summary>
    public InvalidMessageException(string key, string message)
        : base(Shown($"{key}: {message}")) => (Key, Problem) = (key, message);

    /// <summary>The same, with the exception that revealed it.</summary>
    public InvalidMessageException(string key, string message, Exception innerException)
        : base(Shown($"{key}: {message}"), innerException) => (Key, Problem) = (key, message);

    /// <summary>The key at fault, such as "observation/image".</summary>
    public string Key { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    // Keys and types are whatever somebody sent: they must not fill a log, nor forge its lines.
    private static string Shown(string text) =>
        string.Concat((text.Length <= MaxLength ? text : string.Concat(text.AsSpan(0, MaxLength), " …")).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
