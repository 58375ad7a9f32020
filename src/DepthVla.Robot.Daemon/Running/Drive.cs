using DepthVla.Robot.Control;
using DepthVla.Robot.Daemon.Observing;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Control and observing, from a start to the arm at rest. Never two at once: both own the arm and its cameras.</summary>
internal sealed class Drive
{
    private readonly CancellationTokenSource _ending;
    private readonly Task[] _parts;

    private Drive(CancellationTokenSource ending, ControlThread control, Task observing) =>
        (_ending, Control, _parts) = (ending, control, [control.Ended, observing]);

    /// <summary>The thread that owns the arm.</summary>
    public ControlThread Control { get; }

    /// <summary>Ends, without failing, as soon as one of both has: because of <c>stop</c>, or because it failed.</summary>
    public Task Over => Task.WhenAny(_parts);

    /// <summary>Starts both.</summary>
    /// <param name="loop">Not yet run.</param>
    /// <param name="pump">Observes what <paramref name="loop"/> does.</param>
    /// <param name="priority">Of the control thread; 0 for a normal one.</param>
    /// <param name="stop">Ends both, the arm braking first.</param>
    public static Drive Start(ControlLoop loop, ObservationPump pump, int priority, CancellationToken stop)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        return new(ending, ControlThread.Start(loop, priority, ending.Token), pump.RunAsync(ending.Token));
    }

    /// <summary>Ends both, and waits until nothing is observed and the arm stands. Once.</summary>
    /// <exception cref="Exception">What one of them failed with.</exception>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        foreach (var part in _parts.Where(part => part.IsFaulted)) await part;
    }
}
