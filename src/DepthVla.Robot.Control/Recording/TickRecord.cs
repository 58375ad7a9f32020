using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Recording;

/// <summary>Everything that one turn of the loop saw and did.</summary>
/// <param name="Tick">When.</param>
/// <param name="State">What the arm measured.</param>
/// <param name="Target">Where the plan wanted the joints one period on, rad or m; of no joints during a hold.</param>
/// <param name="Command">What the arm was told, rad or m.</param>
/// <param name="Hold">Why it held, or <see cref="HoldReason.None"/>.</param>
/// <param name="Limited">What kept the command from being the target.</param>
/// <param name="Executing">The step followed; null during a hold, and on the way to a plan's first step.</param>
/// <param name="PlanAgeNs">How long after the plan's first step this turn was, ns; 0 during a hold, and before it.</param>
/// <param name="Seam">Where this turn changed plans: how far apart they were, the most of all joints, rad; otherwise null.</param>
/// <param name="RunningOut">Whether the plan followed is slowed along because it runs out.</param>
public readonly record struct TickRecord(
    PaceTick Tick,
    JointState State,
    JointVector Target,
    JointVector Command,
    HoldReason Hold,
    LimitKinds Limited,
    ExecutingStep? Executing,
    long PlanAgeNs,
    double? Seam,
    bool RunningOut)
{
    /// <summary>What the arm was doing.</summary>
    public Mode Mode => ModeTable.Of(Hold, RunningOut);
}
