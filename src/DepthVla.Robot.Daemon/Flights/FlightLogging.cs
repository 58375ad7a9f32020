using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Flights;

internal static partial class FlightLogging
{
    [LoggerMessage(1, LogLevel.Information, "Flight written to {Path}: {Messages} messages, because of {Cause}")]
    public static partial void FlightWritten(this ILogger logger, string path, long messages, string cause);

    [LoggerMessage(2, LogLevel.Error, "Flight not written to {Path}: {Cause} Name a folder that can be written by --recorder-folder")]
    public static partial void FlightNotWritten(this ILogger logger, string path, string cause);

    [LoggerMessage(4, LogLevel.Error, "The flight recorder failed; the arm goes on without it")]
    public static partial void RecorderFailed(this ILogger logger, Exception cause);

    [LoggerMessage(3, LogLevel.Warning, "No flight to write: the recorder is off, by --recorder-seconds 0")]
    public static partial void NoFlight(this ILogger logger);
}
