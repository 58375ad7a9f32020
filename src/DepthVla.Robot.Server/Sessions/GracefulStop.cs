using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Before anything stops: says so everywhere, serves who is there until they leave or the time is over, then ends every call.</summary>
internal sealed class GracefulStop(Admission admission, OpenCalls calls, ServingState state, ServerOptions options, TimeProvider time, ILogger<GracefulStop> logger) : IHostedLifecycleService
{
    // For what each is told last to be on its way before connections are closed.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    // For clients to take that in. .NET's forgets a status that it has not handed on yet when the connection is closed under a request that is still being written.
    private static readonly TimeSpan TakenIn = TimeSpan.FromSeconds(0.25);

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Drain();
        if (state.Now.Phase == ServingPhase.Draining) await DrainAsync(cancellationToken);
        var told = calls.WhenNoneAsync();
        var nobodyIsThere = told.IsCompleted;
        await state.EndAsync();
        if (nobodyIsThere) return;
        await told.WaitAsync(LastWords, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(TakenIn, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        logger.Draining(admission.Drain(options.DrainTime), options.DrainTime.TotalSeconds);
        try
        {
            await admission.Drained.WaitAsync(options.DrainTime, time, cancellationToken);
            logger.Drained();
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            logger.DrainCutShort();
        }
    }
}
