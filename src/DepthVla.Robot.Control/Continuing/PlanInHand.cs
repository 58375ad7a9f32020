using System.Collections.Immutable;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Continuing;

/// <summary>Says what the plan being executed is in the terms of the chunk that an observation asks for. Any thread but the control thread: it allocates. Thread-safe.</summary>
/// <param name="robot">The arm.</param>
public sealed class PlanInHand(RobotDescription robot)
{
    private readonly SerialChain? _chain = robot.Chain.IsEmpty ? null : new SerialChain(robot);
    private readonly ImmutableArray<int> _grippers = [.. Enumerable.Range(0, robot.Joints.Length).Where(i => robot.Joints[i].IsGripper)];

    /// <summary>Where the plan is at the times of the chunk's steps, as many as it lasts.</summary>
    /// <param name="plan">What is being executed, if anything is.</param>
    /// <param name="policy">Who is asked, if that is known.</param>
    /// <param name="captureTimeNs">When the observation was made, robot clock.</param>
    /// <param name="observed">The joints that it holds, rad or m.</param>
    /// <param name="delay">Steps that will have been executed when an answer comes, once that is known.</param>
    /// <returns>Null when the policy does not go on from plans, something is not known yet, or the plan has nothing to say of the first step: it is over by then, or has not begun.</returns>
    public RunningPlan? Of(ActionPlan? plan, PolicyInfo? policy, long captureTimeNs, in JointVector observed, int? delay)
    {
        if (plan is null || policy is null || policy.Continues == ContinuationMethod.None || delay is not { } committed) return null;
        if (policy.Actions == ActionRepresentation.ToolPoseDelta && _chain is null) return null;
        var period = (long)Math.Round(1e9 / policy.StepRateHz);
        var (actions, origin, steps) = (new float[policy.Horizon * policy.Dims], _chain?.Tool(observed) ?? default, 0);
        for (; steps < policy.Horizon; steps++)
        {
            var timeNs = captureTimeNs + ((policy.Actions.FirstStep() + steps) * period);
            if (timeNs > plan.LastStepTimeNs || !plan.TrySample(timeNs, out var joints, out _)) break;
            var step = actions.AsSpan(steps * policy.Dims, policy.Dims);
            if (policy.Actions == ActionRepresentation.ToolPoseDelta) WritePose(plan, timeNs - period, joints, origin, step);
            else for (var i = 0; i < joints.Count; i++) step[i] = (float)joints[i];
        }

        return steps == 0 ? null : new(committed, policy.Dims, actions.AsMemory(0, steps * policy.Dims));
    }

    // A plan's gripper sets out one period before the time of the step that a chunk names it in (ToolPoseSolver).
    private void WritePose(ActionPlan plan, long gripperTimeNs, in JointVector joints, in Pose origin, Span<float> step)
    {
        PoseDelta.Between(origin, _chain!.Tool(joints)).WriteTo(step);
        var grippers = plan.TrySample(gripperTimeNs, out var earlier, out _) ? earlier : joints;
        for (var i = 0; i < _grippers.Length; i++) step[ActionLayout.PoseNumbers + i] = (float)grippers[_grippers[i]];
    }
}
