namespace DepthVla.Robot.Server.Scheduling;

internal static partial class SchedulingLog
{
    [LoggerMessage(200, LogLevel.Error, "The policy failed on observation {Sequences}")]
    public static partial void PolicyFailed(this ILogger logger, string sequences, Exception exception);

    [LoggerMessage(201, LogLevel.Error, "The policy's answer to observation {Sequence} was not sent: it {Fault}")]
    public static partial void AnswerRefused(this ILogger logger, long sequence, string fault);

    [LoggerMessage(202, LogLevel.Critical, "The inference thread crashed; the server ends")]
    public static partial void Crashed(this ILogger logger, Exception exception);

    [LoggerMessage(203, LogLevel.Warning, "The policy is still busy; leaving without it")]
    public static partial void Stuck(this ILogger logger);

    [LoggerMessage(204, LogLevel.Error, "The policy could not be disposed")]
    public static partial void DisposeFailed(this ILogger logger, Exception exception);

    [LoggerMessage(205, LogLevel.Information, "SCHED_FIFO priority {Priority} was not granted to inference: beside many connections answers take longer. Run with CAP_SYS_NICE or an rtprio limit (systemd: LimitRTPRIO=1; container: --ulimit rtprio=1), or ask for none: --priority 0")]
    public static partial void NoPriority(this ILogger logger, int priority);
}
