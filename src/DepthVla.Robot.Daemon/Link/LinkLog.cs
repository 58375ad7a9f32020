using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Link;

internal static partial class LinkLog
{
    [LoggerMessage(1, LogLevel.Information, "Session {Session}: policy {Name}, model {Hash}, {Precision} on {Device}, from {Address}")]
    public static partial void SessionOpened(this ILogger logger, string session, string name, string hash, string precision, string device, string address);

    [LoggerMessage(2, LogLevel.Warning, "The policy is UNTRAINED: its weights are random, and so will the arm move")]
    public static partial void Untrained(this ILogger logger);

    [LoggerMessage(9, LogLevel.Warning, "The server promises to answer {Promised:0.#} observations/s, not the {Wanted:0.#} wanted; the robot looks so often and no more")]
    public static partial void PromisedLess(this ILogger logger, double promised, double wanted);

    [LoggerMessage(3, LogLevel.Warning, "No session: {Address}: {Cause} Trying {Next} in {DelayMs} ms; the arm holds")]
    public static partial void CannotOpen(this ILogger logger, string address, string cause, string next, long delayMs);

    [LoggerMessage(4, LogLevel.Warning, "Session lost: {Cause} The arm follows its plan until that expires, then holds")]
    public static partial void SessionLost(this ILogger logger, string cause);

    [LoggerMessage(5, LogLevel.Warning, "Chunk refused: {Cause}")]
    public static partial void ChunkRefused(this ILogger logger, string cause);

    [LoggerMessage(6, LogLevel.Warning, "Observation {Sequence} has no chunk: {Result} {Reason} {Text}")]
    public static partial void Unanswered(this ILogger logger, long sequence, string result, string reason, string text);

    [LoggerMessage(7, LogLevel.Warning, "The server goes away in {Seconds} s")]
    public static partial void Draining(this ILogger logger, double seconds);

    [LoggerMessage(10, LogLevel.Warning, "Nothing is sent: {Fault} The arm follows its plan until that expires, then holds")]
    public static partial void Withheld(this ILogger logger, string fault);

    [LoggerMessage(11, LogLevel.Information, "The cameras show something again")]
    public static partial void WithholdsNoMore(this ILogger logger);

    [LoggerMessage(12, LogLevel.Warning, "Something is nearer than {Metres} m ahead of the gripper, by the depth of camera '{Camera}': the arm holds until it is not")]
    public static partial void ObstacleAhead(this ILogger logger, string camera, double metres);

    [LoggerMessage(8, LogLevel.Warning, "Observation {Sequence} cannot be sent: {Cause}")]
    public static partial void CannotSend(this ILogger logger, long sequence, string cause);
}
