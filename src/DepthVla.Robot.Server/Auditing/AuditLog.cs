using System.Text;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;

namespace DepthVla.Robot.Server.Auditing;

/// <summary>Who was refused what, and who changed what: JSON lines in a file of their own, or among the log's as <see cref="Category"/>. No secret is in it. Thread-safe.</summary>
internal sealed class AuditLog : IDisposable
{
    /// <summary>The lines' name among the log's.</summary>
    public const string Category = "Audit";

    private readonly Lock _writing = new();
    private readonly RefusalRate _rate;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FileStream? _file;

    /// <param name="path">The file; empty for the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">The log.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public AuditLog(string path, TimeProvider time, ILoggerFactory logs)
    {
        (_rate, _time, _log) = (new(time), time, logs.CreateLogger(Category));
        if (path.Length > 0) _file = Open(path);
    }

    /// <summary>Opens a file to write behind what is there; only its owner may read a new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static FileStream Open(string path)
    {
        var how = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, how);
    }

    /// <summary>A call was not answered, or was cut. Of one peer so many a minute are written and the others counted, or it could fill the disk.</summary>
    public void Refused(CallOrigin origin, Caller? caller, StatusCode status, string reason, string message)
    {
        if (!_rate.TryTake(origin.From, out var omitted)) return;
        Write(new(_time.GetUtcNow(), "refused", Name(status), reason, caller?.Name, caller?.KnownBy, origin.From, origin.Method, message, omitted > 0 ? omitted : null));
    }

    /// <summary>An administrative call was let in.</summary>
    public void Admin(CallOrigin origin, Caller caller) =>
        Write(new(_time.GetUtcNow(), "admin", Caller: caller.Name, KnownBy: caller.KnownBy, From: origin.From, Method: origin.Method));

    /// <summary>Files of trust were replaced.</summary>
    /// <param name="paths">Which.</param>
    /// <param name="fault">Why what they say now is not used; null where it is.</param>
    public void Reloaded(string paths, string? fault) =>
        Write(new(_time.GetUtcNow(), fault is null ? "reloaded" : "not_reloaded", Message: fault is null ? paths : $"{paths}: {fault}; what they said before still counts"));

    public void Dispose() => _file?.Dispose();

    private void Write(AuditEntry entry)
    {
        var line = entry.ToJson();
        if (_file is null)
        {
            _log.Line(line);
            return;
        }

        try
        {
            lock (_writing)
            {
                _file.Write(Encoding.UTF8.GetBytes(line + '\n'));
                _file.Flush();
            }
        }
        catch (IOException e) { _log.CannotWrite(e.Message, line); }
    }

    // UNAUTHENTICATED, as the protocol writes it.
    private static string Name(StatusCode status) =>
        string.Concat($"{status}".Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}

internal static partial class AuditMessages
{
    [LoggerMessage(700, LogLevel.Information, "{Line}")]
    public static partial void Line(this ILogger logger, string line);

    [LoggerMessage(701, LogLevel.Critical, "The audit log cannot be written: {Cause} {Line}")]
    public static partial void CannotWrite(this ILogger logger, string cause, string line);
}
