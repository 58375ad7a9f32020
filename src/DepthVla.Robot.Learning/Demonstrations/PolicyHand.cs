using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Model.Policies;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>Moves the arm as a policy would, so that frames show where its own mistakes lead (DAgger: Ross et al., arXiv 1011.0686). For one thread.</summary>
internal sealed class PolicyHand : IDisposable
{
    private readonly DepthVlaPolicy _policy;
    private readonly ToolPoseSolver _solver = new(Wx250s.Description, new PlanRules());
    private ActionChunk? _poses, _joints;
    private int _step;

    /// <exception cref="ArgumentException">The policy does not answer with tool poses at the rate of demonstrations.</exception>
    internal PolicyHand(string checkpoint)
    {
        _policy = DepthVlaPolicy.Load(checkpoint, TorchDevice.Cpu);
        if (_policy.Info is { Actions: ActionRepresentation.ToolPoseDelta, StepRateHz: DemonstrationPlan.Rate, ReadsTrueDepth: false }) return;
        _policy.Dispose();
        throw new ArgumentException($"{checkpoint}: expected a policy of tool poses at {DemonstrationPlan.Rate} Hz.", nameof(checkpoint));
    }

    /// <summary>Forgets the chunk under way.</summary>
    internal void Restart() => _poses = null;

    /// <summary>Joint positions for the next period, rad and m. The policy is asked when it has seen as many steps as it was made for.</summary>
    /// <param name="frame">What it sees, should it be asked.</param>
    /// <param name="instruction">What it is told.</param>
    /// <param name="seed">Of its noise; positive.</param>
    internal JointVector Next(EpisodeFrame frame, string instruction, int seed)
    {
        if (_poses is null || _step == (_policy.Info.ExecuteSteps ?? _poses.Steps)) Ask(frame, instruction, seed);
        var (dims, joints) = (_joints!.Dims, JointVector.Zero(_joints.Dims));
        for (var j = 0; j < dims; j++) joints[j] = _joints.Actions.Span[(_step * dims) + j];

        // Both tool and gripper are to arrive at the period's end.
        var gripper = Wx250s.Description.Joints[^1];
        joints[dims - 1] = Math.Clamp(_poses!.Actions.Span[(_step * _poses.Dims) + ActionLayout.PoseNumbers], gripper.MinPosition, gripper.MaxPosition);
        _step++;
        return joints;
    }

    public void Dispose() => _policy.Dispose();

    private void Ask(EpisodeFrame frame, string instruction, int seed)
    {
        var observation = FrameObservation.Of(frame, instruction, _policy.Info, seed);
        _poses = _policy.InferAsync(observation, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (_solver.TrySolve(_poses, observation.Proprioception, nowNs: 0, out var solved) is { } refusal) throw new InvalidOperationException($"a chunk of the policy is refused: {refusal}");
        (_joints, _step) = (solved!.Chunk, 0);
    }
}
