using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>The scripted expert as a policy: it reads the world instead of looking at it, and does what it is told.</summary>
/// <remarks>What it reaches is what the robot and its latency leave of a perfect eye. For the world's thread.</remarks>
/// <param name="physics">The world that it reads.</param>
public sealed class ScriptedExpertPolicy(TabletopPhysics physics) : IPolicy
{
    /// <inheritdoc/>
    public PolicyInfo Info { get; } = ArmPolicy.Info("expert", 1 / ToolCommand.Period);

    /// <inheritdoc/>
    /// <exception cref="InvalidObservationException">The instruction is none of a task of this scene.</exception>
    public ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var task = physics.Table.Tasks.FirstOrDefault(t => t.Instruction == observation.Instruction)
            ?? throw new InvalidObservationException("instruction", $"no task of the scene '{physics.Table.Name}' has '{observation.Instruction}'");
        Span<ToolCommand> plan = stackalloc ToolCommand[ArmPolicy.Horizon];
        ScriptedExpert.Plan(TaskState.Of(physics, task), plan);
        var actions = new float[ArmPolicy.Horizon * ArmPolicy.Dims];
        for (var i = 0; i < plan.Length; i++) TabletopLabels.Write(plan[i], physics.Tool, actions.AsSpan(i * ArmPolicy.Dims, ArmPolicy.Dims));
        return ValueTask.FromResult(ArmPolicy.Chunk(observation, Info, actions));
    }
}
