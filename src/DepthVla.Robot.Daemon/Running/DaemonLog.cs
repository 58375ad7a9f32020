using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

internal static partial class DaemonLog
{
    [LoggerMessage(1, LogLevel.Information, "{What}: granted")]
    public static partial void Granted(this ILogger logger, string what);

    [LoggerMessage(2, LogLevel.Warning, "{What}: not granted. {Remedy}")]
    public static partial void NotGranted(this ILogger logger, string what, string remedy);

    [LoggerMessage(3, LogLevel.Critical, "Robot and policy do not fit; nothing moved. {Differences}")]
    public static partial void ContractRefused(this ILogger logger, string differences);

    [LoggerMessage(4, LogLevel.Critical, "{What} failed; the arm brakes and the daemon ends")]
    public static partial void Failed(this ILogger logger, Exception cause, string what);

    [LoggerMessage(6, LogLevel.Critical, "The arm failed: {Fault}. It is told nothing more, and the daemon ends; look at the arm before the next start")]
    public static partial void ArmFailed(this ILogger logger, string fault);

    [LoggerMessage(5, LogLevel.Critical, "{Cause}")]
    public static partial void CannotStart(this ILogger logger, string cause);
}
