using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Modes;

/// <summary>The one table from cause to mode. Pure.</summary>
public static class ModeTable
{
    /// <summary>What the arm is doing.</summary>
    /// <param name="hold">Why it holds, if it does.</param>
    /// <param name="runningOut">Whether the plan it follows runs out.</param>
    public static Mode Of(HoldReason hold, bool runningOut) => hold switch
    {
        HoldReason.None => runningOut ? Mode.Degraded : Mode.Tracking,
        HoldReason.NotArmed => Mode.Idle,
        HoldReason.Teaching => Mode.Teaching,
        HoldReason.NoPlan => Mode.Armed,
        HoldReason.PlanExpired or HoldReason.ObstacleAhead or HoldReason.OperatorHold => Mode.Holding,
        _ => Mode.Stopped,
    };
}
