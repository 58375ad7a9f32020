using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>Stays where it is, whatever it sees: what does not move must not succeed.</summary>
public sealed class HoldPolicy : IPolicy
{
    /// <inheritdoc/>
    public PolicyInfo Info { get; } = ArmPolicy.Info("hold", 10);

    /// <inheritdoc/>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var actions = new float[ArmPolicy.Horizon * ArmPolicy.Dims];
        var gripper = observation.Proprioception[observation.Proprioception.Count - 1];
        for (var i = 0; i < ArmPolicy.Horizon; i++) actions[(i * ArmPolicy.Dims) + ActionLayout.PoseNumbers] = (float)gripper;
        return ValueTask.FromResult(ArmPolicy.Chunk(observation, Info, actions));
    }
}
