using DepthVla.Robot.Control;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Observing;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Control, observing and a watch on the arm, from a start to the arm at rest. Never two at once: they own the arm and its cameras.</summary>
internal sealed class Drive
{
    private readonly CancellationTokenSource _ending;
    private readonly Task[] _parts;

    private Drive(CancellationTokenSource ending, ControlThread control, Task watching, Task observing) =>
        (_ending, Control, _parts) = (ending, control, [watching, control.Ended, observing]);

    /// <summary>The thread that owns the arm.</summary>
    public ControlThread Control { get; }

    /// <summary>Ends, without failing, as soon as one of them has: because of <c>stop</c>, or because it failed.</summary>
    public Task Over => Task.WhenAny(_parts);

    /// <summary>Starts all.</summary>
    /// <param name="arm">Driven by <paramref name="loop"/>.</param>
    /// <param name="loop">Not yet run.</param>
    /// <param name="pump">Observes what <paramref name="loop"/> does.</param>
    /// <param name="priority">Of the control thread; 0 for a normal one.</param>
    /// <param name="stop">Ends all, the arm braking first.</param>
    public static Drive Start(IRobot arm, ControlLoop loop, ObservationPump pump, int priority, CancellationToken stop)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var control = ControlThread.Start(loop, priority, ending.Token);
        return new(ending, control, ArmWatch.RunAsync(arm, control.Ended), pump.RunAsync(ending.Token));
    }

    /// <summary>Ends all, and waits until nothing is observed and the arm stands. Once.</summary>
    /// <exception cref="Exception">What one of them failed with.</exception>
    public async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
        foreach (var part in _parts.Where(part => part.IsFaulted)) await part;
    }
}
