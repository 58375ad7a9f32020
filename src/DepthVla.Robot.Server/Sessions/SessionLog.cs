namespace DepthVla.Robot.Server.Sessions;

internal static partial class SessionLog
{
    [LoggerMessage(300, LogLevel.Information, "Robot {Robot} opened session {Session} with {Model}")]
    public static partial void Opened(this ILogger logger, string robot, string session, string model);

    [LoggerMessage(301, LogLevel.Information, "Robot {Robot} closed session {Session}")]
    public static partial void Closed(this ILogger logger, string robot, string session);

    [LoggerMessage(302, LogLevel.Warning, "Refused, {Reason}: {Explanation} ({Omitted} more were not written)")]
    public static partial void Refused(this ILogger logger, string reason, string explanation, long omitted);

    [LoggerMessage(303, LogLevel.Warning, "Robot {Robot} does not take its answers; session {Session} is cut")]
    public static partial void NotReading(this ILogger logger, string robot, string session);

    [LoggerMessage(305, LogLevel.Error, "A call failed unexpectedly")]
    public static partial void Unexpected(this ILogger logger, Exception exception);

    [LoggerMessage(306, LogLevel.Information, "Draining: {Sessions} sessions, {Seconds} s at most")]
    public static partial void Draining(this ILogger logger, int sessions, double seconds);

    [LoggerMessage(307, LogLevel.Information, "Drained: every session has left")]
    public static partial void Drained(this ILogger logger);

    [LoggerMessage(308, LogLevel.Warning, "The time to drain is over; the sessions left are cut")]
    public static partial void DrainCutShort(this ILogger logger);
}
