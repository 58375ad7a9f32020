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
    /// <summary>Joints in the order of proprioception, and of actions that are joint positions; at most state_dim of them.</summary>
    public required ImmutableArray<PolicyJoint> Joints { get; init; }

    /// <summary>Steps a second.</summary>
    public required double StepRateHz { get; init; }

    /// <summary>What the actions mean to the arm, and so how many there are in a step (<see cref="Dims"/>) and when the first step is for.</summary>
    public required ActionRepresentation Actions { get; init; }

    /// <summary>How many grippers a step of tool poses has a number for; none said is one. Not for joint positions.</summary>
    public int? Grippers { get; init; }

    /// <summary>How many steps of a chunk are meant to be carried out before the next observation, 1 to the horizon; null leaves it to the robot.</summary>
    public int? ExecuteSteps { get; init; }

    /// <summary>How many steps of a chunk the network was trained to be given, at most, as committed by the chunk before; null for none.</summary>
    public int? MaxCommittedSteps { get; init; }

    /// <summary>One flag a joint: true where the network predicts the change from the present state, false where the value itself.</summary>
    /// <remarks>For joint positions alone: of a tool pose the network predicts the very numbers.</remarks>
    public required ImmutableArray<bool> DeltaMask { get; init; }

    /// <summary>How state and actions are normalised.</summary>
    public required NormalizationMethod Normalization { get; init; }

    /// <summary>How pictures become square.</summary>
    public required ResizeMethod Resize { get; init; }

    /// <summary>What the depth expert is shown; none said is the camera's picture.</summary>
    public DepthInput? DepthInput { get; init; }

    /// <summary>How the instruction is put before the model.</summary>
    public required PromptFormat Prompt { get; init; }

    /// <summary>Which tokenizer reads the prompt; a SentencePiece model lies beside this file as tokenizer.model.</summary>
    public required TokenizerKind Tokenizer { get; init; }

    /// <summary>Numbers a step of actions.</summary>
    [JsonIgnore]
    public int Dims => Actions.Dims(Joints.Length, Grippers ?? 1);
}

/// <summary>How numbers are brought to the size of one.</summary>
public enum NormalizationMethod
{
    /// <summary>(x − mean)/(std + 1e-6), as π0.</summary>
    ZScore,

    /// <summary>
    /// The same, with statistics of actions for each step of the chunk: horizon × dims numbers, row by row. So the first steps, which are small where
    /// actions are relative to the present, are not drowned by the last. The state as with <see cref="ZScore"/>.
    /// </summary>
    ZScorePerStep,

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

/// <summary>What a depth expert is shown.</summary>
public enum DepthInput
{
    /// <summary>The camera's picture, from which it has to guess depth.</summary>
    Color,

    /// <summary>True depth, as a picture (<see cref="Policies.DepthCode"/>). For studies in a simulator: it says what perfect depth would be worth.</summary>
    TrueDepth,
}

/// <summary>Which tokenizer reads the prompt.</summary>
public enum TokenizerKind
{
    /// <summary>UTF-8 bytes.</summary>
    Bytes,

    /// <summary>A SentencePiece model.</summary>
    SentencePiece,
}
