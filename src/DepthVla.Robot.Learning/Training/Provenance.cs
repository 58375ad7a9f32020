using System.Collections.Immutable;
using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Learning.Training;

/// <summary>What a checkpoint says of where its weights came from.</summary>
internal static class Provenance
{
    /// <summary>A policy is trained by a joint run alone: of one that was pretrained for depth, every other part is random, and it says so.</summary>
    internal static CheckpointConfig Of(CheckpointConfig model, TrainingConfig config, long step) => config.Stage == TrainingStage.Joint
        ? model with { Trained = true }
        : model with { Trained = false, Sources = DepthSources(config, step) };

    private static ImmutableArray<string> DepthSources(TrainingConfig config, long step) =>
    [
        $"depth: pretrained by itself, {step} steps on {string.Join(", ", config.Data)}",
        .. config.From.Select(source => $"{(source.Part.Length > 0 ? source.Part : "depth")}: began from {source.Checkpoint}"),
        $"vlm, action, heads: random, seed {config.Seed}; not trained",
    ];
}
