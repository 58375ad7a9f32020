namespace DepthVla.Robot.Server.Sessions;

/// <summary>Calls whose last word, the status, is not on its way to the client yet: a connection that is closed before takes it along. Thread-safe.</summary>
internal sealed class OpenCalls
{
    private readonly Lock _changing = new();
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>A call begins; it ends once its whole response is written.</summary>
    public void Begin(HttpContext call)
    {
        lock (_changing) _count++;
        call.Response.OnCompleted(() =>
        {
            lock (_changing)
            {
                if (--_count == 0) _none?.TrySetResult();
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>Completes when there is none.</summary>
    public Task WhenNoneAsync()
    {
        lock (_changing)
        {
            if (_count == 0) return Task.CompletedTask;
            return (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
