using System.Diagnostics;

namespace DepthVla.Robot.Server.Tests.Running;

internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>So that a test that would wait for ever fails instead.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Does <paramref name="step"/> again and again until it is so; for what no event tells of.</summary>
    public static async Task Until(Func<bool> isSo, Action? step = null)
    {
        for (var start = Stopwatch.GetTimestamp(); !isSo(); await Task.Yield())
        {
            step?.Invoke();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(start) > Limit) throw new TimeoutException("it never came to be so");
        }
    }

    /// <summary>Asks again and again until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var start = Stopwatch.GetTimestamp(); !await isSo();)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(start) > Limit) throw new TimeoutException("it never came to be so");
        }
    }

    /// <inheritdoc cref="Soon{T}(Task{T})"/>
    public static Task Soon(this Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
