namespace DepthVla.Robot.Model.Configuration;

/// <summary>Finds everything that is wrong with a checkpoint's config.json and norm_stats.json together.</summary>
internal static class CheckpointConfigCheck
{
    /// <summary>One line a problem: key, what was expected, what came.</summary>
    internal static IReadOnlyList<string> Problems(CheckpointConfig config, NormStats? stats)
    {
        var found = new List<string>();
        var joints = config.Policy.Joints.Length;
        Expect(config.Format == CheckpointConfig.CurrentFormat, "format", CheckpointConfig.CurrentFormat, config.Format);
        Expect(!string.IsNullOrWhiteSpace(config.Name), "name", "a name", "nothing");
        found.AddRange(NetworkConfigCheck.Problems(config.Network).Select(p => $"network.{p}"));
        Expect(joints > 0, "policy.joints", "at least one", "none");
        Expect(config.Policy.Joints.Select(j => j.Name).Distinct().Count() == joints, "policy.joints", "each name once", "a name twice");
        Expect(joints <= config.Network.StateDim, "policy.joints", $"at most network.state_dim ({config.Network.StateDim})", joints);
        Expect(joints <= config.Network.ActionDim, "policy.joints", $"at most network.action_dim ({config.Network.ActionDim})", joints);
        Expect(config.Policy.StepRateHz is > 0 and < 10_000, "policy.step_rate_hz", "more than 0 and less than 10000", config.Policy.StepRateHz);
        Expect(config.Policy.DeltaMask.Length == joints, "policy.delta_mask", $"{joints} flags, one a joint", config.Policy.DeltaMask.Length);
        if (stats is not null)
        {
            CheckStats("norm_stats.state", stats.Stats.State);
            CheckStats("norm_stats.actions", stats.Stats.Actions);
        }

        return found;

        void CheckStats(string key, DimensionStats stats)
        {
            Numbers($"{key}.mean", stats.Mean, _ => true, "finite");
            Numbers($"{key}.std", stats.Std, v => v >= 0, "not negative");
            if (config.Policy.Normalization != NormalizationMethod.Quantile) return;
            Numbers($"{key}.q01", stats.Q01, _ => true, "finite");
            Numbers($"{key}.q99", stats.Q99, _ => true, "finite");
            if (stats is { Q01: { } low, Q99: { } high }) Expect(low.Zip(high).All(p => p.First <= p.Second), $"{key}.q99", "at least q01", "less in some joint");
        }

        void Numbers(string key, IReadOnlyList<double>? values, Func<double, bool> holds, string expected)
        {
            Expect(values?.Count == joints, key, $"{joints} numbers, one a joint", values?.Count ?? 0);
            Expect(values?.All(v => double.IsFinite(v) && holds(v)) ?? true, key, expected, "something else");
        }

        void Expect(bool holds, string key, string expected, object actual)
        {
            if (!holds) found.Add(FormattableString.Invariant($"{key}: expected {expected}, got {actual}"));
        }
    }
}
