using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Scheduling;

/// <summary>The one thread that owns the policies: loads the first of every name, asks those that are served, disposes all.</summary>
internal sealed class InferenceThread(
    ServerOptions options, PolicyLoading loading, ServedModels models, InferenceQueue queue, InferenceStep step, ServingState state, MonotonicClock clock, IHostApplicationLifetime lifetime, ILogger<InferenceThread> logger)
    : IHostedService, IDisposable
{
    // A policy that is stuck must not keep the process from ending.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Loading begins once the probes can be asked, so that they tell of it.
        lifetime.ApplicationStarted.Register(() => new Thread(Run) { Name = "inference", IsBackground = true }.Start());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await _stop.CancelAsync();
        if (!lifetime.ApplicationStarted.IsCancellationRequested) return;
        try
        {
            await _ended.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            logger.Stuck();
        }
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        try
        {
            var ready = loading.Load(_stop.Token);
            if (ready && options.Priority > 0 && !FifoScheduling.TryEnter(options.Priority)) logger.NoPriority(options.Priority);
            while (ready && queue.Take(() => clock.NowNs, step.Batch) is { Count: > 0 } asked) step.Run(asked, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // stopped while loading
        }
        catch (Exception e)
        {
            logger.Crashed(e);
            state.Fail((e as PolicyLostException)?.Message);
        }
        finally
        {
            queue.Close();
            foreach (var model in models.All)
            {
                Dispose(model.Loaded.Served?.Policy);
                Dispose(model.Loaded.Standby?.Policy);
            }

            _ended.SetResult();
            if (state.Now.Phase == ServingPhase.Failed) lifetime.StopApplication();
        }
    }

    private void Dispose(IPolicy? policy)
    {
        try
        {
            (policy as IDisposable)?.Dispose();
        }
        catch (Exception e)
        {
            logger.DisposeFailed(e);
        }
    }
}
