using DepthVla.Robot.Contracts.Mapping;
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
        if (chunk.Dims != policy.Dims) return $"has {chunk.Dims} numbers a step instead of {policy.Dims}";
        if (chunk.Actions.Length != chunk.Steps * chunk.Dims) return $"has {chunk.Actions.Length} numbers instead of {chunk.Steps * chunk.Dims}";
        if (chunk.ModelHash != policy.ModelHash) return $"is of model {chunk.ModelHash} instead of {policy.ModelHash}";
        if (chunk.FirstStepTimeNs is < 0 or > WireLimits.MaxTimeNs) return $"begins at {chunk.FirstStepTimeNs} ns";
        if (chunk.StepPeriodNs <= 0 || chunk.StepValidNs < chunk.StepPeriodNs || chunk.StepValidNs > WireLimits.MaxDurationNs) return $"has steps of {chunk.StepPeriodNs} ns that are valid for {chunk.StepValidNs} ns";
        foreach (var value in chunk.Actions.Span) if (!float.IsFinite(value)) return "has actions that are no finite numbers";
        foreach (var map in chunk.Depth)
        {
            if (map.Width < 1 || map.Height < 1 || map.Metres.Length != (long)map.Width * map.Height) return $"has a depth map of {map.Width} x {map.Height} with {map.Metres.Length} numbers";
        }

        return null;
    }
}
