using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Plans;

/// <summary>Decides whether a chunk, which anybody may have sent, can become a plan.</summary>
internal static class ChunkCheck
{
    private const long MinStepPeriodNs = 1_000_000;

    /// <summary>Why not, or null.</summary>
    /// <param name="chunk">The chunk, however wrong.</param>
    /// <param name="names">What each number of a step is, for people.</param>
    /// <param name="rules">What times it may have.</param>
    /// <param name="nowNs">Now, robot clock.</param>
    public static PlanRefusal? Refuse(ActionChunk chunk, ImmutableArray<string> names, PlanRules rules, long nowNs) =>
        Shape(chunk, names.Length, rules) ?? Times(chunk, rules, nowNs) ?? Values(chunk, names);

    private static PlanRefusal? Shape(ActionChunk chunk, int dims, PlanRules rules)
    {
        if (chunk.Dims != dims) return Wrong(RefusalReason.Shape, "dims", dims, chunk.Dims);
        if (chunk.Steps < 1 || chunk.Steps > rules.MaxSteps) return Wrong(RefusalReason.Shape, "steps", $"1 to {rules.MaxSteps}", chunk.Steps);
        var values = chunk.Steps * chunk.Dims;
        return chunk.Actions.Length == values ? null : Wrong(RefusalReason.Shape, "actions", $"{values} values (steps × dims)", chunk.Actions.Length);
    }

    // From the simplest to the derived, so that no sum is made of numbers that were not bounded before.
    private static PlanRefusal? Times(ActionChunk chunk, PlanRules rules, long nowNs)
    {
        var (maxPeriod, maxValidity, maxLead) = (Ns(rules.MaxStepPeriod), Ns(rules.MaxValidity), Ns(rules.MaxLead));
        if (chunk.StepPeriodNs < MinStepPeriodNs || chunk.StepPeriodNs > maxPeriod)
        {
            return Wrong(RefusalReason.Times, "step_period_ns", $"{MinStepPeriodNs} to {maxPeriod}", chunk.StepPeriodNs);
        }

        if (chunk.StepValidNs < chunk.StepPeriodNs || chunk.StepValidNs > maxValidity)
        {
            return Wrong(RefusalReason.Times, "step_valid_ns", $"one period ({chunk.StepPeriodNs}) to {maxValidity}", chunk.StepValidNs);
        }

        if (chunk.FirstStepTimeNs < 0 || chunk.FirstStepTimeNs > nowNs + maxLead)
        {
            return Wrong(RefusalReason.Times, "first_step_time_ns", $"at most {maxLead} ns after now, {nowNs}", chunk.FirstStepTimeNs);
        }

        if (chunk.NotAfterNs <= nowNs) return Wrong(RefusalReason.Expired, "not_after_ns", $"after now, {nowNs}", chunk.NotAfterNs);
        return chunk.NotAfterNs - nowNs <= maxValidity ? null
            : Wrong(RefusalReason.Times, "not_after_ns", $"at most {maxValidity} ns after now, {nowNs}", chunk.NotAfterNs);
    }

    private static PlanRefusal? Values(ActionChunk chunk, ImmutableArray<string> names)
    {
        var actions = chunk.Actions.Span;
        for (var i = 0; i < actions.Length; i++)
        {
            if (float.IsFinite(actions[i])) continue;
            return Wrong(RefusalReason.NotFinite, $"actions, step {i / chunk.Dims}, {names[i % chunk.Dims]}", "a finite number", actions[i]);
        }

        return null;
    }

    private static PlanRefusal Wrong(RefusalReason reason, string field, object expected, object actual) =>
        new(reason, FormattableString.Invariant($"{field}: expected {expected}, got {actual}; the chunk is refused whole"));

    private static long Ns(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}
