using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>Finds everything that is wrong with a training config before anything is read or computed.</summary>
internal static class TrainingConfigCheck
{
    /// <summary>One line a problem: key, what was expected, what came. Empty when the run can begin.</summary>
    internal static IReadOnlyList<string> Problems(TrainingConfig config, string folder, NetworkConfig? network, int replicas)
    {
        var found = new List<string>();
        Expect(config.Name.Length > 0, "name", "a name", "nothing");
        Expect(config.Data.Length > 0, "data", "one dataset folder or more", "none");
        foreach (var data in config.Data) Expect(Directory.Exists(Path.Combine(folder, data)), "data", "a dataset's folder", $"{data}, which is not there; generate it with `depthvla data generate`");
        if (config.Stage == TrainingStage.Joint)
        {
            bool Has(string data, string file) => Path.Exists(Path.Combine(folder, data, file));
            foreach (var data in config.Data.Where(d => Has(d, "depth") && !Has(d, "meta/info.json")))
                Expect(false, "data", "LeRobot datasets", $"{data}, a folder of RGB and depth: those are for stage depth");
        }

        Expect(config.Rgbd.UnitsAMetre > 0 && double.IsFinite(config.Rgbd.UnitsAMetre), "rgbd.units_a_metre", "more than 0", config.Rgbd.UnitsAMetre);
        AtLeast("rgbd.every", config.Rgbd.Every, 1);
        foreach (var source in config.From) Expect(Directory.Exists(Path.Combine(folder, source.Checkpoint)), "from", "a checkpoint's folder", $"{source.Checkpoint}, which is not there");
        AtLeast("steps", config.Steps, 1);
        AtLeast("batch", config.Batch, 1);
        AtLeast("accumulate", config.Accumulate, 1);
        Expect(config.Accumulate > 0 && config.Batch % (config.Accumulate * replicas) == 0, "batch", $"a multiple of accumulate × replicas ({config.Accumulate} × {replicas})", config.Batch);
        AtLeast("draws", config.Draws, 1);
        AtLeast("log_every", config.LogEvery, 1);
        AtLeast("save_every", config.SaveEvery, 1);
        AtLeast("patience", config.Patience, 0);
        AtLeast("max_committed_steps", config.MaxCommittedSteps, 0);
        Share("validation_share", config.ValidationShare);
        Expect(config.Optimizer.LearningRate > 0, "optimizer.learning_rate", "more than 0", config.Optimizer.LearningRate);
        AtLeast("optimizer.warm_up_steps", config.Optimizer.WarmUpSteps, 0);
        Share("optimizer.final_share", config.Optimizer.FinalShare);
        Share("optimizer.beta1", config.Optimizer.Beta1);
        Share("optimizer.beta2", config.Optimizer.Beta2);
        Share("optimizer.ema", config.Optimizer.Ema);
        Expect(config.Optimizer.Clip > 0, "optimizer.clip", "more than 0", config.Optimizer.Clip);
        Expect(config.Optimizer.WeightDecay >= 0, "optimizer.weight_decay", "0 or more", config.Optimizer.WeightDecay);
        var losses = config.Losses;
        foreach (var (key, value) in ((string, double)[])[("flow", losses.Flow), ("depth", losses.Depth), ("pointer", losses.Pointer), ("dense", losses.Dense)])
            Expect(value >= 0, $"losses.{key}", "0 or more", value);
        Expect(losses.Flow + losses.Depth + losses.Pointer + losses.Dense > 0, "losses", "at least one that counts", "none");
        Expect(config.Augmentation.Color is >= 0 and < 1, "augmentation.color", "0 to 1", config.Augmentation.Color);
        Expect(config.Augmentation.Shift is >= 0 and < 0.5, "augmentation.shift", "0 to 0.5", config.Augmentation.Shift);
        Expect(config.Augmentation.StateNoise >= 0, "augmentation.state_noise", "0 or more", config.Augmentation.StateNoise);
        Share("augmentation.state_dropout", config.Augmentation.StateDropout);
        if (network is null) return found;

        Expect(config.MaxCommittedSteps < network.ActionHorizon, "max_committed_steps", $"less than the horizon ({network.ActionHorizon})", config.MaxCommittedSteps);
        Expect(network.UNet is null || config.MaxCommittedSteps == 0, "max_committed_steps", "0, with a U-Net", config.MaxCommittedSteps);
        Expect(config.Stage != TrainingStage.Depth || network.HasDepth, "stage", "joint, for a model without a depth expert", "depth");
        return found;

        void Share(string key, double value) => Expect(value is >= 0 and <= 1, key, "0 to 1", value);

        void AtLeast(string key, int value, int least) => Expect(value >= least, key, $"{least} or more", value);

        void Expect(bool holds, string key, string expected, object actual)
        {
            if (!holds) found.Add(FormattableString.Invariant($"{key}: expected {expected}, got {actual}"));
        }
    }
}
