using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Training;

/// <summary>What a checkpoint says of where its weights came from.</summary>
internal static class Provenance
{
    /// <summary>A policy is trained by a joint run alone: of one that was pretrained in part, every other part is random, and it says so.</summary>
    internal static CheckpointConfig Of(CheckpointConfig model, TrainingConfig config, long step)
    {
        if (config.Stage == TrainingStage.Depth) return Part("depth", "vlm, action, heads", model, config, step);
        if (config.Losses.Flow == 0) return Part(model.Network.HasDepth ? "vlm, depth" : "vlm", "action, heads", model, config, step);
        return model with { Trained = true, Policy = model.Policy with { MaxCommittedSteps = config.MaxCommittedSteps > 0 ? config.MaxCommittedSteps : null } };
    }

    private static CheckpointConfig Part(string trained, string random, CheckpointConfig model, TrainingConfig config, long step) => model with
    {
        Trained = false,
        Sources =
        [
            $"{trained}: pretrained by itself, {step} steps on {string.Join(", ", config.Data)}",
            .. config.From.Select(source => $"{(source.Part.Length > 0 ? source.Part : trained)}: began from {source.Checkpoint}"),
            $"{random}: random, seed {config.Seed}; not trained",
        ],
    };
}
