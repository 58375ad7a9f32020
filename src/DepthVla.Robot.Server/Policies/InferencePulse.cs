using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>Whether the policy is at work, and still answers: a kernel that never ends throws nothing and fails nothing. Thread-safe.</summary>
internal sealed class InferencePulse(ServerOptions options, MonotonicClock clock, TimeProvider time)
{
    private const long Idle = long.MaxValue;

    private static readonly TimeSpan RestPatience = TimeSpan.FromMilliseconds(100);

    private readonly Lock _changing = new();
    private long _sinceNs = Idle;
    private TaskCompletionSource? _resting;

    /// <summary>Whether one inference has taken longer than <see cref="ServerOptions.StuckAfter"/>, and goes on.</summary>
    public bool IsStuck => Volatile.Read(ref _sinceNs) is var since && since != Idle && clock.NowNs - since > options.StuckAfter.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Around each inference, on its thread.</summary>
    public void Began() => Volatile.Write(ref _sinceNs, clock.NowNs);

    /// <inheritdoc cref="Began"/>
    public void Ended()
    {
        TaskCompletionSource? resting;
        lock (_changing)
        {
            Volatile.Write(ref _sinceNs, Idle);
            (resting, _resting) = (_resting, null);
        }

        resting?.SetResult();
    }

    /// <summary>Waits until an inference that runs has ended, a tenth of a second at most: for what can wait, and would take it off its core.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="gone"/>: nobody waits any more.</exception>
    public async Task RestAsync(CancellationToken gone)
    {
        Task resting;
        lock (_changing)
        {
            if (_sinceNs == Idle) return;
            _resting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            resting = _resting.Task;
        }

        await resting.WaitAsync(RestPatience, time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        gone.ThrowIfCancellationRequested();
    }
}
