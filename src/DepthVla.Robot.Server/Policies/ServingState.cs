namespace DepthVla.Robot.Server.Policies;

/// <summary>Where the server is in its life.</summary>
internal enum ServingPhase
{
    /// <summary>Weights are being loaded and warmed up.</summary>
    Loading,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It still answers who is there, and admits nobody.</summary>
    Draining,

    /// <summary>A policy is missing, and the process will end.</summary>
    Failed,
}

/// <summary>One moment of the server's life, immutable.</summary>
/// <param name="Phase">Where it is.</param>
/// <param name="Started">Whether it was ready once.</param>
/// <param name="Lost">Why what it served is gone, if it is.</param>
internal sealed record ServingMoment(ServingPhase Phase, bool Started, string? Lost = null);

/// <summary>The server's life: loading, ready, draining, over. Readers take a snapshot and never lock. Thread-safe.</summary>
internal sealed class ServingState : IDisposable
{
    private readonly Lock _changing = new();
    private readonly CancellationTokenSource _over = new();
    private volatile ServingMoment _now = new(ServingPhase.Loading, Started: false);
    private volatile TaskCompletionSource _changed = NewSignal();

    public ServingMoment Now => _now;

    /// <summary>Completes when <see cref="Now"/> is replaced. Take it before reading <see cref="Now"/>.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Every call ends now.</summary>
    public CancellationToken Over => _over.Token;

    public void Ready() => Move(now => new(now.Phase == ServingPhase.Loading ? ServingPhase.Ready : now.Phase, Started: true));

    public void Drain() => Move(now => now with { Phase = now.Phase == ServingPhase.Failed ? ServingPhase.Failed : ServingPhase.Draining });

    /// <param name="lost">What robots are told of it, where the policy was ready and is gone.</param>
    public void Fail(string? lost = null) => Move(now => now with { Phase = ServingPhase.Failed, Lost = lost });

    public Task EndAsync() => _over.CancelAsync();

    public void Dispose() => _over.Dispose();

    private void Move(Func<ServingMoment, ServingMoment> next)
    {
        lock (_changing)
        {
            _now = next(_now);
            Interlocked.Exchange(ref _changed, NewSignal()).SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
