using System.Security.Cryptography;
using System.Text;

namespace DepthVla.Robot.Server.Trust;

/// <summary>Files that may be replaced while the server runs, whatever stands in them.</summary>
internal interface IWatchedFiles
{
    /// <summary>For people.</summary>
    string Paths { get; }

    /// <summary>Reads what was replaced. True if there is something new; what cannot be used leaves what was there in its place.</summary>
    /// <param name="fault">What is wrong with the files; null where nothing is.</param>
    bool Refresh(out string? fault);
}

/// <summary>What some files say, as it was last when they made sense together. Readers take <see cref="Current"/> and never wait.</summary>
/// <remarks>Contents are compared and not times: a mounted secret changes by a link that points elsewhere, and one that was seen half is seen whole the next time.</remarks>
internal sealed class WatchedFiles<T> : IWatchedFiles where T : class
{
    private readonly string[] _paths;
    private readonly Func<string[], T> _parse;
    private byte[] _seen;
    private volatile T _current;

    /// <exception cref="Exception">The files cannot be read, or <paramref name="parse"/> does not accept them.</exception>
    public WatchedFiles(string[] paths, Func<string[], T> parse)
    {
        (_paths, _parse) = (paths, parse);
        var texts = Read();
        (_seen, _current) = (Digest(texts), parse(texts));
    }

    public T Current => _current;

    public string Paths => string.Join(", ", _paths);

    public bool Refresh(out string? fault)
    {
        fault = null;
        try
        {
            var texts = Read();
            var digest = Digest(texts);
            if (digest.AsSpan().SequenceEqual(_seen)) return false;
            _current = _parse(texts);
            _seen = digest;
            return true;
        }
        catch (Exception e) when (TrustFault.Of(e) is { } cause)
        {
            fault = cause;
            return false;
        }
    }

    private string[] Read() => [.. _paths.Select(File.ReadAllText)];

    private static byte[] Digest(string[] texts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts)));
}

/// <summary>What reading such files may end with.</summary>
internal static class TrustFault
{
    /// <summary>For people; null for what is no fault of the files.</summary>
    public static string? Of(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException ? exception.Message.TrimEnd('.') : null;
}
