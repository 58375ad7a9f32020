using System.Collections.Immutable;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control;

/// <summary>Follows the newest plan that has begun. The control thread alone; real-time safe.</summary>
/// <remarks>The splice is at the step really being executed, because plans are sampled at the loop's own time: the new plan takes over wherever in it
/// that time falls. A plan that begins later waits, and the one before goes on until then. What the two differ by at that moment is
/// the seam; it is measured here and made harmless by the limits.</remarks>
internal sealed class PlanFollower(PlanSlot slot, ImmutableArray<JointSpec> joints)
{
    private ActionPlan? _plan;

    /// <summary>Where the plan wants the joints at a time, or why there is nothing to follow.</summary>
    /// <param name="timeNs">Robot clock.</param>
    /// <param name="target">rad or m, and rad/s or m/s.</param>
    public HoldReason Follow(long timeNs, out PlanTarget target)
    {
        double? seam = null;
        if (slot.Current is { } offered && offered != _plan && offered.FirstStepTimeNs <= timeNs)
        {
            seam = Seam(_plan, offered, timeNs);
            _plan = offered;
        }

        target = default;
        if (_plan is null) return HoldReason.NoPlan;
        if (!_plan.TrySample(timeNs, out var positions, out var velocities)) return HoldReason.PlanExpired;
        target = new(positions, velocities, new(_plan.Sequence, _plan.StepAt(timeNs)), timeNs - _plan.FirstStepTimeNs, seam);
        return HoldReason.None;
    }

    // Between two plans that could both be followed at this time; after a hold there is no seam. Grippers switch and metres are not rad.
    private double? Seam(ActionPlan? old, ActionPlan next, long timeNs)
    {
        if (old is null || !old.TrySample(timeNs, out var from, out _) || !next.TrySample(timeNs, out var to, out _)) return null;
        var seam = 0.0;
        for (var i = 0; i < joints.Length; i++)
        {
            if (joints[i] is { IsGripper: false, Unit: JointUnit.Radian }) seam = Math.Max(seam, Math.Abs(to[i] - from[i]));
        }

        return seam;
    }
}

/// <summary>What a plan asks for at one moment.</summary>
/// <param name="Positions">rad or m.</param>
/// <param name="Velocities">rad/s or m/s.</param>
/// <param name="Executing">The step that is from.</param>
/// <param name="AgeNs">How long after the plan's first step the moment is, ns.</param>
/// <param name="Seam">The jump from the plan before, rad, at the moment the plan took over; otherwise null.</param>
internal readonly record struct PlanTarget(JointVector Positions, JointVector Velocities, ExecutingStep? Executing, long AgeNs, double? Seam);
