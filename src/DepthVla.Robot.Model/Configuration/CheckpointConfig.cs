using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Text;

namespace DepthVla.Robot.Model.Configuration;

/// <summary>A checkpoint's config.json: what the model is, and how a robot's numbers become the network's.</summary>
public sealed record CheckpointConfig
{
    /// <summary>The only format there is.</summary>
    public const string CurrentFormat = "depthvla-checkpoint-1";

    /// <summary>The version of this layout.</summary>
    [JsonRequired]
    public string Format { get; init; } = CurrentFormat;

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>False while some expert that matters is straight from the random generator.</summary>
    [JsonRequired]
    public bool Trained { get; init; }

    /// <summary>Seed of the weights that were initialised, if any were.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Where the weights came from, for people: one line a source.</summary>
    public ImmutableArray<string>? Sources { get; init; }

    /// <summary>The network's sizes.</summary>
    public required NetworkConfig Network { get; init; }

    /// <summary>The robot around it.</summary>
    public required PolicyConfig Policy { get; init; }
}

/// <summary>How a robot's numbers become the network's, and back.</summary>
public sealed record PolicyConfig
{
    /// <summary>Joints in the order of proprioception and actions; at most state_dim and action_dim of them.</summary>
    public required ImmutableArray<PolicyJoint> Joints { get; init; }

    /// <summary>Steps a second.</summary>
    public required double StepRateHz { get; init; }

    /// <summary>What the actions mean to the arm.</summary>
    public required ActionRepresentation Actions { get; init; }

    /// <summary>One flag a joint: true where the network predicts the change from the present state, false where the value itself.</summary>
    public required ImmutableArray<bool> DeltaMask { get; init; }

    /// <summary>How state and actions are normalised.</summary>
    public required NormalizationMethod Normalization { get; init; }

    /// <summary>How pictures become square.</summary>
    public required ResizeMethod Resize { get; init; }

    /// <summary>How the instruction is put before the model.</summary>
    public required PromptFormat Prompt { get; init; }

    /// <summary>Which tokenizer reads the prompt; a SentencePiece model lies beside this file as tokenizer.model.</summary>
    public required TokenizerKind Tokenizer { get; init; }
}

/// <summary>How numbers are brought to the size of one.</summary>
public enum NormalizationMethod
{
    /// <summary>(x − mean)/(std + 1e-6), as π0.</summary>
    ZScore,

    /// <summary>(x − q01)/(q99 − q01 + 1e-6)·2 − 1, as π0.5.</summary>
    Quantile,
}

/// <summary>How a picture becomes a square of the network's size.</summary>
public enum ResizeMethod
{
    /// <summary>Aspect kept, black bars, bilinear: openpi.</summary>
    Pad,

    /// <summary>Aspect lost, bicubic: PaliGemma's own training.</summary>
    Stretch,
}

/// <summary>Which tokenizer reads the prompt.</summary>
public enum TokenizerKind
{
    /// <summary>UTF-8 bytes.</summary>
    Bytes,

    /// <summary>A SentencePiece model.</summary>
    SentencePiece,
}
