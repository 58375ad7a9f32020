using Microsoft.Extensions.Hosting.Systemd;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Tells systemd, where that started the process, that the control thread turns (deploy/systemd). When it no longer hears it, it ends the process and starts it anew.</summary>
internal static class ServiceNotices
{
    private static readonly ServiceState Turning = new("WATCHDOG=1");

    /// <summary>Begins with the first turn, and goes on to the end.</summary>
    /// <param name="turns">Any number that changes with every turn of the control thread. Any thread.</param>
    /// <param name="period">How often to look.</param>
    /// <param name="stop">The end.</param>
    public static async Task RunAsync(Func<long> turns, TimeSpan period, CancellationToken stop)
    {
        var systemd = new SystemdNotifier();
        if (!systemd.IsEnabled) return;
        try
        {
            using var timer = new PeriodicTimer(period);
            var (last, told) = (turns(), false);
            while (await timer.WaitForNextTickAsync(stop))
            {
                var now = turns();
                if (now == last) continue;
                systemd.Notify(told ? Turning : ServiceState.Ready);
                (last, told) = (now, true);
            }
        }
        catch (OperationCanceledException)
        {
            systemd.Notify(ServiceState.Stopping);
        }
    }
}
