using System.Collections.Immutable;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Pacing;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>The one thread that owns the arm.</summary>
internal sealed class ControlThread
{
    private readonly TaskCompletionSource<ImmutableArray<RealTimeGrant>> _grants = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlThread() { }

    /// <summary>What the operating system granted it.</summary>
    public Task<ImmutableArray<RealTimeGrant>> Grants => _grants.Task;

    /// <summary>Ends once the arm stands, or fails with what ended the loop.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts it; <paramref name="stop"/> makes it brake and end.</summary>
    public static ControlThread Start(ControlLoop loop, int priority, CancellationToken stop)
    {
        var control = new ControlThread();
        new Thread(() => control.Run(loop, priority, stop)) { Name = "control", IsBackground = false }.Start();
        return control;
    }

    private void Run(ControlLoop loop, int priority, CancellationToken stop)
    {
        try
        {
            _grants.SetResult(priority > 0 ? RealTime.Request(priority) : []);
            loop.Run(stop);
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e);
        }
    }
}
