using System.Collections.Concurrent;

namespace DepthVla.Robot.Simulation.Realtime;

/// <summary>Work that other threads hand to the owner of <typeparamref name="T"/>, who does it when it suits. Thread-safe.</summary>
internal sealed class Requests<T>
    where T : class
{
    private readonly ConcurrentQueue<Action<T?>> _queue = new();
    private volatile Exception? _ended;

    /// <summary>Asks for <paramref name="work"/>; the task ends with its result, its exception, or why nobody serves any more.</summary>
    public Task<TResult> AddAsync<TResult>(Func<T, TResult> work)
    {
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Enqueue(Do);
        Interlocked.MemoryBarrier(); // either End sees the work, or we see the end
        if (_ended is not null) Serve(null);
        return result.Task;

        void Do(T? owned)
        {
            try
            {
                if (owned is null) result.SetException(_ended!);
                else result.SetResult(work(owned));
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        }
    }

    /// <summary>Does what is asked for. The owner's thread; allocates nothing when there is nothing to do.</summary>
    public void Serve(T? owned)
    {
        while (_queue.TryDequeue(out var work)) work(owned);
    }

    /// <summary>Refuses what is asked for and what will be.</summary>
    public void End(Exception reason)
    {
        _ended ??= reason;
        Interlocked.MemoryBarrier();
        Serve(null);
    }
}
