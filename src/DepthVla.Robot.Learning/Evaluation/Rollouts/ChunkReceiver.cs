using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>What the robot's link does with chunks: tool poses become joint positions, and sound plans are laid before the control loop.</summary>
internal sealed class ChunkReceiver(PolicyInfo policy)
{
    private readonly PlanInHand _inHand = new(Wx250s.Description);
    private readonly AnswerDelay _delay = new();
    private readonly ToolPoseSolver _solver = new(Wx250s.Description, new PlanRules());

    /// <summary>What the control loop follows.</summary>
    internal PlanSlot Plans { get; } = new(Wx250s.Description.Joints, new PlanRules());

    /// <summary>Chunks that were refused.</summary>
    internal int Refused { get; private set; }

    /// <summary>Steps of tool poses that the arm cannot reach, or not so fast.</summary>
    internal int Unreached { get; private set; }

    internal void Take(Answer answer, long nowNs)
    {
        if (Offer(answer, nowNs) is not null) Refused++;
        else _delay.Note(Plans.Current!, nowNs);
    }

    /// <summary>What an observation tells a policy that goes on from the plan being executed.</summary>
    internal RunningPlan? Running(long captureTimeNs, in JointVector observed) => _inHand.Of(Plans.Current, policy, captureTimeNs, observed, _delay.Steps);

    private PlanRefusal? Offer(Answer answer, long nowNs)
    {
        if (policy.Actions != ActionRepresentation.ToolPoseDelta) return Plans.Offer(answer.Chunk, nowNs);
        if (_solver.TrySolve(answer.Chunk, answer.Observation.Proprioception, nowNs, out var solved) is { } refusal) return refusal;
        Unreached += solved!.Unreached;
        return Plans.Offer(solved.Chunk, nowNs);
    }
}
