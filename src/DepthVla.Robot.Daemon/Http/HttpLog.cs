using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Http;

internal static partial class HttpLog
{
    [LoggerMessage(1, LogLevel.Warning, "No connection can be taken: {Cause}")]
    public static partial void CannotAccept(this ILogger logger, string cause);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Path} was not answered")]
    public static partial void CannotAnswer(this ILogger logger, Exception cause, string method, string path);
}
