using DepthVla.Robot.Server.Policies;
using Microsoft.Extensions.Hosting.Systemd;

namespace DepthVla.Robot.Server.Health;

/// <summary>Tells systemd, where that started the process, when the policy is ready, and as long as no inference is stuck (deploy/systemd).</summary>
internal sealed class ServiceNotices(ServingState state, InferencePulse pulse, TimeProvider time) : BackgroundService
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly SystemdNotifier _systemd = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_systemd.IsEnabled) return;
        using var timer = new PeriodicTimer(Period, time);
        ServingPhase? told = null;
        do
        {
            var phase = state.Now.Phase;
            if (phase != told && Notice(phase) is { } notice) _systemd.Notify(notice);
            told = phase;
            if (!pulse.IsStuck) _systemd.Notify(Alive);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static ServiceState? Notice(ServingPhase phase) => phase switch
    {
        ServingPhase.Ready => ServiceState.Ready,
        ServingPhase.Draining or ServingPhase.Failed => ServiceState.Stopping,
        _ => null,
    };
}
