namespace DepthVla.Robot.Core.Policies;

/// <summary>What a policy keeps of one robot from one observation to the next. Opaque: the policy alone fills and reads it. Thread-safe.</summary>
/// <remarks>
/// Made by whoever knows the robot (a session, an attempt) and disposed when that is over, which may be while an observation is being answered. It holds
/// one thing at most. A new memory knows nothing, and neither does an observation without one.
/// </remarks>
public sealed class PolicyMemory : IDisposable
{
    private readonly Lock _changing = new();
    private IDisposable? _kept;
    private bool _disposed;

    /// <summary>Takes out what is in it: now the caller's to <see cref="Keep"/> again or to dispose. Null when there is nothing.</summary>
    public IDisposable? Take()
    {
        lock (_changing)
        {
            var taken = _kept;
            _kept = null;
            return taken;
        }
    }

    /// <summary>Puts something in the place of what is in it, which is disposed; so is <paramref name="kept"/> at once when the memory is over.</summary>
    public void Keep(IDisposable kept)
    {
        IDisposable? old;
        lock (_changing) (old, _kept) = _disposed ? (kept, null) : (_kept, kept);
        old?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_changing) _disposed = true;
        Take()?.Dispose();
    }
}
