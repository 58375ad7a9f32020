using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>Finds everything that is wrong with a checkpoint's config.json and norm_stats.json together.</summary>
internal static class CheckpointConfigCheck
{
    /// <summary>One line a problem: key, what was expected, what came.</summary>
    internal static IReadOnlyList<string> Problems(CheckpointConfig config, NormStats? stats)
    {
        var found = new List<string>();
        var (joints, dims) = (config.Policy.Joints.Length, config.Policy.Dims);
        var isToolPose = config.Policy.Actions == ActionRepresentation.ToolPoseDelta;
        Expect(config.Format == CheckpointConfig.CurrentFormat, "format", CheckpointConfig.CurrentFormat, config.Format);
        Expect(!string.IsNullOrWhiteSpace(config.Name), "name", "a name", "nothing");
        found.AddRange(NetworkConfigCheck.Problems(config.Network).Select(p => $"network.{p}"));
        Expect(joints > 0, "policy.joints", "at least one", "none");
        Expect(config.Policy.Joints.Select(j => j.Name).Distinct().Count() == joints, "policy.joints", "each name once", "a name twice");
        Expect(joints <= config.Network.StateDim, "policy.joints", $"at most network.state_dim ({config.Network.StateDim})", joints);
        CheckActions();
        Expect(config.Policy.StepRateHz is > 0 and < 10_000, "policy.step_rate_hz", "more than 0 and less than 10000", config.Policy.StepRateHz);
        Expect(config.Policy.DeltaMask.Length == joints, "policy.delta_mask", $"{joints} flags, one a joint", config.Policy.DeltaMask.Length);
        Expect(config.Network.HasDepth || config.Policy.DepthInput is null, "policy.depth_input", "nothing, for there is no depth expert", config.Policy.DepthInput ?? default);
        if (stats is not null)
        {
            CheckStats("norm_stats.state", stats.Stats.State, joints, "one a joint");
            if (config.Policy.Normalization == NormalizationMethod.ZScorePerStep)
            {
                var horizon = config.Network.ActionHorizon;
                CheckStats("norm_stats.actions", stats.Stats.Actions, horizon * dims, $"{horizon} steps of {dims}, step by step");
            }
            else
            {
                var meaning = isToolPose ? "one for each of dx, dy, dz, rx, ry, rz and the gripper(s)" : "one a joint";
                CheckStats("norm_stats.actions", stats.Stats.Actions, dims, meaning);
            }
        }

        return found;

        void CheckActions()
        {
            var (policy, network) = (config.Policy, config.Network);
            if (!isToolPose)
            {
                Expect(joints <= network.ActionDim, "policy.joints", $"at most network.action_dim ({network.ActionDim})", joints);
                Expect(policy.Grippers is null, "policy.grippers", "nothing, for actions are not tool_pose_delta", policy.Grippers ?? 0);
            }
            else
            {
                var fewer = policy.Grippers is null || (policy.Grippers >= 0 && policy.Grippers < joints);
                Expect(fewer, "policy.grippers", $"0 to {joints - 1}, fewer than joints", policy.Grippers ?? 0);
                Expect(dims <= network.ActionDim, "policy.actions", $"at most network.action_dim ({network.ActionDim}) numbers a step",
                    $"{dims}, a tool pose and its gripper(s)");
            }

            Expect(policy.ExecuteSteps is null || (policy.ExecuteSteps >= 1 && policy.ExecuteSteps <= network.ActionHorizon), "policy.execute_steps",
                $"1 to network.action_horizon ({network.ActionHorizon})", policy.ExecuteSteps ?? 0);
            Expect(policy.MaxCommittedSteps is null || (policy.MaxCommittedSteps >= 1 && policy.MaxCommittedSteps < network.ActionHorizon), "policy.max_committed_steps",
                $"1 to {network.ActionHorizon - 1}, less than network.action_horizon", policy.MaxCommittedSteps ?? 0);
        }

        void CheckStats(string key, DimensionStats stats, int count, string meaning)
        {
            Numbers($"{key}.mean", stats.Mean, count, meaning, _ => true, "finite");
            Numbers($"{key}.std", stats.Std, count, meaning, v => v >= 0, "not negative");
            if (config.Policy.Normalization != NormalizationMethod.Quantile) return;
            Numbers($"{key}.q01", stats.Q01, count, meaning, _ => true, "finite");
            Numbers($"{key}.q99", stats.Q99, count, meaning, _ => true, "finite");
            if (stats is not { Q01: { } low, Q99: { } high }) return;
            Expect(low.Zip(high).All(p => p.First <= p.Second), $"{key}.q99", "at least q01", "less in some dimension");
        }

        void Numbers(string key, IReadOnlyList<double>? values, int count, string meaning, Func<double, bool> holds, string expected)
        {
            Expect(values?.Count == count, key, $"{count} numbers, {meaning}", values?.Count ?? 0);
            Expect(values?.All(v => double.IsFinite(v) && holds(v)) ?? true, key, expected, "something else");
        }

        void Expect(bool holds, string key, string expected, object actual)
        {
            if (!holds) found.Add(FormattableString.Invariant($"{key}: expected {expected}, got {actual}"));
        }
    }
}
