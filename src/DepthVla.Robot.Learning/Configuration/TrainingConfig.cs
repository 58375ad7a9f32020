using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DepthVla.Robot.Learning.Configuration;

/// <summary>A training run, as its JSON file says it. Everything that decides the result is here, so that the file and the data give it again.</summary>
/// <remarks>A file may begin with "base", another one beside it: then it says only what is different, as a JSON merge patch (RFC 7396).</remarks>
public sealed record TrainingConfig
{
    /// <summary>The name of the policy that comes out.</summary>
    public required string Name { get; init; }

    /// <summary>The checkpoint config to train: the name of a shipped one, or a file beside this one.</summary>
    public required string Model { get; init; }

    /// <summary>Changes of that checkpoint config, as a JSON merge patch. None.</summary>
    public JsonObject? ModelChanges { get; init; }

    /// <summary>Datasets, beside this file; with stage "depth" also folders of RGB and depth, or of such folders.</summary>
    public required ImmutableArray<string> Data { get; init; }

    /// <summary>How folders of RGB and depth are read.</summary>
    public RgbdConfig Rgbd { get; init; } = new();

    /// <summary>A SentencePiece model beside this file; null makes one of the words of the instructions. Not for byte tokenizers.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>How often some instructions are drawn, 1 being the rest. Empty.</summary>
    public ImmutableDictionary<string, double> InstructionWeights { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>Where parts begin, other than at random: checkpoints, or their parts, beside this file.</summary>
    public ImmutableArray<PartSource> From { get; init; } = [];

    /// <summary>Prefixes of parameters that keep their values, such as "depth".</summary>
    public ImmutableArray<string> Freeze { get; init; } = [];

    /// <summary>What is learned: everything, or the depth expert alone. "joint".</summary>
    public TrainingStage Stage { get; init; } = TrainingStage.Joint;

    /// <summary>Decides weights, order, noise and augmentation. 0.</summary>
    public int Seed { get; init; }

    /// <summary>Optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Observations a step. 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>In how many parts the batch is computed, when it does not fit in memory whole. 1.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Keeps only what goes into each layer of the prefix and computes the rest again for the gradients (activation checkpointing): less memory, a third more time. false.</summary>
    public bool Recompute { get; init; }

    /// <summary>Noisy chunks an observation; they share its prefix. 4.</summary>
    public int Draws { get; init; } = 4;

    /// <summary>The share of episodes kept for validation. 0.02.</summary>
    public double ValidationShare { get; init; } = 0.02;

    /// <summary>What the transformers compute in: bfloat16 or float32; masters are float32 always.</summary>
    public TrainingPrecision Precision { get; init; } = TrainingPrecision.Bfloat16;

    /// <summary>The optimiser.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>How much each loss counts.</summary>
    public LossConfig Losses { get; init; } = new();

    /// <summary>How pictures and states are varied.</summary>
    public AugmentationConfig Augmentation { get; init; } = new();

    /// <summary>The most steps of a chunk that may be given, as committed by the chunk before (training-time real-time chunking). 0 = none.</summary>
    public int MaxCommittedSteps { get; init; }

    /// <summary>Steps between two lines of the log. 50.</summary>
    public int LogEvery { get; init; } = 50;

    /// <summary>Steps between two validations and saved states. 500.</summary>
    public int SaveEvery { get; init; } = 500;

    /// <summary>Ends the run when that many validations in a row were no better than the best; 0 = never.</summary>
    public int Patience { get; init; }

    /// <summary>Whether the run has a parameter of that name: the depth expert by itself needs no others.</summary>
    internal bool Needs(string parameter) => Stage == TrainingStage.Joint || parameter.StartsWith("depth.", StringComparison.Ordinal);
}

/// <summary>How folders of RGB and depth are read.</summary>
public sealed record RgbdConfig
{
    /// <summary>What a metre is in the depth files. 1000: they are in mm.</summary>
    public double UnitsAMetre { get; init; } = 1000;

    /// <summary>Takes every so many pairs of a folder: neighbours of a video are almost the same. 1.</summary>
    public int Every { get; init; } = 1;
}

/// <summary>Which losses there are.</summary>
public enum TrainingStage
{
    /// <summary>Depth and flow: L = L_si + L_flow.</summary>
    Joint,

    /// <summary>The depth expert by itself, on pictures with depth.</summary>
    Depth,
}

/// <summary>What the transformers compute in while training.</summary>
public enum TrainingPrecision
{
    /// <summary>bfloat16, with float32 masters.</summary>
    Bfloat16,

    /// <summary>float32.</summary>
    Float32,
}

/// <summary>Where some parameters come from.</summary>
/// <param name="Checkpoint">A checkpoint's folder.</param>
/// <param name="Part">A prefix of names, such as "depth" or "vlm"; empty for all that fit.</param>
public sealed record PartSource(string Checkpoint, string Part = "");

/// <summary>AdamW, its schedule, and the moving average that is kept as the result.</summary>
public sealed record OptimizerConfig
{
    /// <summary>The highest learning rate. 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps of its linear rise. 100.</summary>
    public int WarmUpSteps { get; init; } = 100;

    /// <summary>What the cosine leaves of it at the end. 0.02.</summary>
    public double FinalShare { get; init; } = 0.02;

    /// <summary>0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>0.98.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The longest gradient. 1.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Memory of the moving average of the weights, 0 to 1; shorter in the first steps. 0.995.</summary>
    public double Ema { get; init; } = 0.995;
}

/// <summary>Weights of the losses. Flow and depth are the paper's, both 1; pointer and dense are for training only and leave nothing in the checkpoint.</summary>
public sealed record LossConfig
{
    /// <summary>L_flow; with 0 no actions are computed, and the action expert stays as it begins.</summary>
    public double Flow { get; init; } = 1;

    /// <summary>L_si; 0 is the paper's ablation.</summary>
    public double Depth { get; init; } = 1;

    /// <summary>Which image token the named object and its goal are in, and where: from the tokens that actions read.</summary>
    public double Pointer { get; init; }

    /// <summary>Which image token each object is in, and where: from the image encoder's tokens.</summary>
    public double Dense { get; init; }
}

/// <summary>How training data is varied.</summary>
public sealed record AugmentationConfig
{
    /// <summary>Standard deviation of each colour's gain. 0.1.</summary>
    public double Color { get; init; } = 0.1;

    /// <summary>The most that a picture is moved, as a share of its side. 0.</summary>
    public double Shift { get; init; }

    /// <summary>Standard deviation of what is added to normalised proprioception. 0.02.</summary>
    public double StateNoise { get; init; } = 0.02;

    /// <summary>How often proprioception is hidden (0 after normalisation). 0.</summary>
    public double StateDropout { get; init; }
}
