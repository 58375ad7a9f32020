using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Plans;

/// <summary>Where the network thread leaves the newest plan and the control thread finds it. One writer, any readers, no lock.</summary>
/// <param name="joints">The robot's joints.</param>
/// <param name="rules">What times a chunk may have.</param>
public sealed class PlanSlot(ImmutableArray<JointSpec> joints, PlanRules rules)
{
    private ActionPlan? _current;
    private double _speedScale = 1;

    /// <summary>How much of the joints' speed limits plans may use, 0 to 1; at 0 the arm holds. 1 until told otherwise; what is no number between is 0. Any thread; real-time safe.</summary>
    public double SpeedScale
    {
        get => Volatile.Read(ref _speedScale);
        set => Volatile.Write(ref _speedScale, value is >= 0 and <= 1 ? value : 0);
    }

    /// <summary>The newest plan, or null before the first. Any thread; real-time safe.</summary>
    public ActionPlan? Current => Volatile.Read(ref _current);

    /// <summary>Checks a chunk and, when it is sound and newer than the plan in place, puts it there. The network thread alone; allocates.</summary>
    /// <remarks>Newer is by <see cref="ActionChunk.FirstStepTimeNs"/>, which is the robot's own clock and outlives a session; sequence numbers, which
    /// begin again with each session, decide between chunks that begin at the same moment.</remarks>
    /// <param name="chunk">The chunk, however wrong.</param>
    /// <param name="nowNs">Now, robot clock.</param>
    /// <returns>Why it was refused, or null.</returns>
    public PlanRefusal? Offer(ActionChunk chunk, long nowNs)
    {
        if (ActionPlan.TryCreate(chunk, joints, rules, nowNs, out var plan) is { } refusal) return refusal;
        if (_current is { } old && (plan!.FirstStepTimeNs, plan.Sequence).CompareTo((old.FirstStepTimeNs, old.Sequence)) <= 0)
        {
            return new(RefusalReason.Old, FormattableString.Invariant(
                $"first_step_time_ns, sequence: expected after {old.FirstStepTimeNs}, {old.Sequence}, got {plan.FirstStepTimeNs}, {plan.Sequence}; the newer plan stays"));
        }

        Volatile.Write(ref _current, plan);
        return null;
    }
}
