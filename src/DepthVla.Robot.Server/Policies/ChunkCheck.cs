using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Server.Policies;

/// <summary>What a policy returns is believed no more than what a client sends.</summary>
internal static class ChunkCheck
{
    /// <summary>What is wrong with the chunk as an answer to the observation, or null when nothing is.</summary>
    public static string? Fault(ActionChunk chunk, Observation observation, PolicyInfo policy)
    {
        if (chunk.BasedOnSequence != observation.Sequence) return $"answers observation {chunk.BasedOnSequence} instead of {observation.Sequence}";
        if (chunk.Steps != policy.Horizon) return $"has {chunk.Steps} steps instead of {policy.Horizon}";
        if (chunk.Dims != policy.Joints.Length) return $"has {chunk.Dims} numbers a step instead of {policy.Joints.Length}";
        if (chunk.Actions.Length != chunk.Steps * chunk.Dims) return $"has {chunk.Actions.Length} numbers instead of {chunk.Steps * chunk.Dims}";
        if (chunk.StepPeriodNs <= 0 || chunk.StepValidNs < chunk.StepPeriodNs) return $"has steps of {chunk.StepPeriodNs} ns that are valid for {chunk.StepValidNs} ns";
        foreach (var value in chunk.Actions.Span) if (!float.IsFinite(value)) return "has actions that are no finite numbers";
        return null;
    }
}
