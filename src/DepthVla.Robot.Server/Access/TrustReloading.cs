using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Trust;

namespace DepthVla.Robot.Server.Access;

/// <summary>Every second: takes over the files that were replaced, and judges again who is there.</summary>
internal sealed class TrustReloading(TrustFiles files, AccessGuard guard, AuditLog audit, ServerMetrics metrics, TimeProvider time, ILogger<TrustReloading> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IWatchedFiles, string> _faults = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!files.All.Any()) return;
        Tell();
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var some in files.All) Refresh(some);
            Tell();
            guard.JudgeAgain();
        }
    }

    private void Tell()
    {
        if (files.Identity is { } identity) metrics.CertificateNotAfter["server"].Set(identity.Current.NotAfter.ToUnixTimeSeconds());
    }

    private void Refresh(IWatchedFiles some)
    {
        if (some.Refresh(out var fault))
        {
            _faults.Remove(some);
            audit.Reloaded(some.Paths, fault: null);
            logger.Reloaded(some.Paths);
        }
        else if (fault is null) _faults.Remove(some); // what it said before is there again, or still
        else if (_faults.GetValueOrDefault(some) != fault)
        {
            _faults[some] = fault; // said once, not every second
            audit.Reloaded(some.Paths, fault);
            logger.NotReloaded(some.Paths, fault);
        }
    }
}

internal static partial class TrustLog
{
    [LoggerMessage(600, LogLevel.Information, "Replaced, and taken over: {Paths}")]
    public static partial void Reloaded(this ILogger logger, string paths);

    [LoggerMessage(601, LogLevel.Error, "Replaced, and of no use: {Paths}: {Fault}; what was there before still counts")]
    public static partial void NotReloaded(this ILogger logger, string paths, string fault);
}
