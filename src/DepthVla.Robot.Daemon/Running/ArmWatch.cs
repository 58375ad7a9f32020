using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>The arm can be driven no more; the message is its driver's.</summary>
internal sealed class ArmFaultException(string fault) : Exception(fault);

/// <summary>Looks whether the arm still can be driven.</summary>
internal static class ArmWatch
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends with <paramref name="control"/>.</summary>
    /// <exception cref="ArmFaultException">The arm failed by then.</exception>
    public static async Task RunAsync(IRobot arm, Task control)
    {
        while (arm.Fault is null && !control.IsCompleted) await Task.WhenAny(control, Task.Delay(LookEvery));
        if (arm.Fault is { } fault) throw new ArmFaultException(fault);
    }
}
