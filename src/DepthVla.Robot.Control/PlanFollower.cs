using System.Collections.Immutable;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control;

/// <summary>Follows the newest plan that has begun. The control thread alone; real-time safe.</summary>
/// <remarks>
/// <para>The splice is at the step really being executed, because plans are sampled at the loop's own time: the new plan takes over wherever in it
/// that time falls. What the two differ by at that moment is the seam; it is measured here and made harmless by the limits.</para>
/// <para>A plan that begins later waits, and the one before goes on until then. Plans that come meanwhile wait behind it unless they have begun:
/// otherwise plans that each begin later would keep the arm from ever following one. Where no plan goes on, the last period before
/// the first step is spent on the way to it.</para>
/// <para>Commands lag behind what they head for (<see cref="MovingMean"/>), so plans are sampled ahead by that much: taken over, left and at their end earlier,
/// never later. What is being executed is counted at the time itself.</para>
/// <para>A plan that no newer one replaces is slowed along while it runs out (<see cref="ActionPlan.Slowed"/>): the arm is not braked off its path.</para>
/// </remarks>
internal sealed class PlanFollower(PlanSlot slot, ImmutableArray<JointSpec> joints)
{
    private ActionPlan? _plan;
    private ActionPlan? _next;         // begins later
    private ActionPlan? _approached;   // the last plan to whose first step the arm was led
    private JointVector _from;
    private long _fromNs;
    private long _notBeforeNs = long.MinValue;

    /// <summary>Follows no plan any more whose observation was made before now.</summary>
    /// <param name="nowNs">Robot clock.</param>
    public void Forget(long nowNs) => (_plan, _next, _notBeforeNs) = (null, null, nowNs);

    /// <summary>Where the plan wants the joints at a time, or why there is nothing to follow.</summary>
    /// <param name="commandNs">When the command is for, robot clock.</param>
    /// <param name="aheadNs">How far ahead of that to sample, ns.</param>
    /// <param name="heading">Where the last command headed, rad or m.</param>
    /// <param name="target">rad or m, and rad/s or m/s.</param>
    public HoldReason Follow(long commandNs, long aheadNs, in JointVector heading, out PlanTarget target)
    {
        var hold = Want(commandNs, aheadNs, in heading, out target);
        if (hold != HoldReason.None) return hold;
        target = target with { SpeedScale = slot.SpeedScale };
        return target.SpeedScale > 0 ? HoldReason.None : HoldReason.ObstacleAhead;
    }

    private HoldReason Want(long commandNs, long aheadNs, in JointVector heading, out PlanTarget target)
    {
        var timeNs = commandNs + aheadNs;
        if (slot.Current is { } offered && offered != _plan && IsFresh(offered) && (_next is null || offered.FirstStepTimeNs <= timeNs)) _next = offered;
        double? seam = null;
        if (_next is { } next && next.FirstStepTimeNs <= timeNs)
        {
            seam = Seam(_plan, next, timeNs);
            (_plan, _next) = (next, null);
        }

        if (_plan is { } plan && TryFollow(plan, timeNs, out var positions, out var velocities, out var runningOut))
        {
            var executedNs = Math.Max(commandNs, plan.FirstStepTimeNs);
            var step = plan.StepAt(plan.Slowed(executedNs, out _));
            target = new(positions, velocities, new(plan.Sequence, step), executedNs - plan.FirstStepTimeNs, seam, runningOut);
            return HoldReason.None;
        }

        if (_next is { } near && near.FirstStepTimeNs - timeNs <= near.StepPeriodNs)
        {
            if (_approached != near) (_approached, _from, _fromNs) = (near, heading, timeNs);
            near.Approach(in _from, _fromNs, timeNs, out positions, out velocities);
            target = new(positions, velocities, null, 0, null, false);
            return HoldReason.None;
        }

        target = default;
        return _plan is null ? HoldReason.NoPlan : HoldReason.PlanExpired;
    }

    // A chunk's first step is for its observation's time or one period later, so one that begins a period from now was certainly observed after now.
    private bool IsFresh(ActionPlan plan) => plan.FirstStepTimeNs - plan.StepPeriodNs >= _notBeforeNs;

    // Grippers take their steps at the steps' own times, also while the arm goes slower.
    private bool TryFollow(ActionPlan plan, long timeNs, out JointVector positions, out JointVector velocities, out bool runningOut)
    {
        runningOut = false;
        if (!plan.TrySample(timeNs, out positions, out velocities)) return false;
        var momentNs = plan.Slowed(timeNs, out var pace);
        if (pace >= 1) return true;

        runningOut = true;
        plan.TrySample(momentNs, out var slowed, out var speeds);
        for (var i = 0; i < joints.Length; i++)
        {
            if (!joints[i].IsGripper) (positions[i], velocities[i]) = (slowed[i], pace * speeds[i]);
        }

        return true;
    }

    // Between two plans that could both be followed at this time; after a hold there is no seam. Grippers switch and metres are not rad.
    private double? Seam(ActionPlan? old, ActionPlan next, long timeNs)
    {
        if (old is null || !TryFollow(old, timeNs, out var from, out _, out _) || !next.TrySample(timeNs, out var to, out _)) return null;
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
/// <param name="Executing">The step that is from; null on the way to the first.</param>
/// <param name="AgeNs">How long after the plan's first step the moment is, ns; 0 before it.</param>
/// <param name="Seam">The jump from the plan before, rad, at the moment the plan took over; otherwise null.</param>
/// <param name="RunningOut">Whether the plan is being slowed along because it runs out.</param>
internal readonly record struct PlanTarget(JointVector Positions, JointVector Velocities, ExecutingStep? Executing, long AgeNs, double? Seam, bool RunningOut)
{
    /// <summary>How much of the joints' speed limits may be used to get there, 0 to 1.</summary>
    public double SpeedScale { get; init; }
}
