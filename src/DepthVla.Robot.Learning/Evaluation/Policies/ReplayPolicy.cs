using System.Collections.Immutable;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>Repeats a recorded episode of the same instruction without looking: what knowing the movements by heart is worth.</summary>
/// <remarks>It leads the tool where it was led then, wherever things lie now. The noise seed of the first observation chooses the episode.</remarks>
public sealed class ReplayPolicy(RecordedCommands recorded) : IPolicy
{
    private readonly SerialChain _chain = new(Wx250s.Description);
    private ImmutableArray<RecordedCommand> _episode = [];
    private long _beganNs;

    /// <inheritdoc/>
    public PolicyInfo Info { get; } = ArmPolicy.Info("replay", (recorded ?? throw new ArgumentNullException(nameof(recorded))).Rate);

    /// <inheritdoc/>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (observation.Sequence == 1)
        {
            (_episode, _beganNs) = (recorded.Episode(observation.Instruction, observation.NoiseSeed ?? 0), observation.CaptureTimeNs);
        }

        var frame = (int)Math.Round((observation.CaptureTimeNs - _beganNs) * 1e-9 * Info.StepRateHz);
        var tool = _chain.Tool(observation.Proprioception);
        var actions = new float[Info.Horizon * Info.Dims];
        for (var i = 0; i < Info.Horizon; i++)
        {
            var (pose, gripper) = _episode[Math.Min(frame + i, _episode.Length - 1)];
            ToolPoseNumbers.Write(PoseDelta.Between(tool, pose), gripper, actions.AsSpan(i * Info.Dims, Info.Dims));
        }

        return ValueTask.FromResult(ArmPolicy.Chunk(observation, Info, actions));
    }
}
