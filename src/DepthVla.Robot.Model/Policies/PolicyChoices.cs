using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Policies;

/// <summary>What is left to whoever serves a checkpoint.</summary>
public sealed record PolicyChoices
{
    /// <summary>Hides the depth stream from state and actions, whatever the checkpoint says: to learn what it is good for. false.</summary>
    public bool MaskDepth { get; init; }

    /// <summary>How chunks go on from the plan being executed; null: by prefix if the checkpoint was trained for that, else not.</summary>
    public ContinuationMethod? Continuation { get; init; }

    /// <summary>Flow steps from noise to actions: fewer are faster and less exact; null takes the checkpoint's.</summary>
    public int? FlowSteps { get; init; }

    /// <summary>
    /// One in so many of a robot's observations has its depth read; those between take what was read last, if that is at most 1 s old. For observations with
    /// a <see cref="Observation.Memory"/>. 1: every one.
    /// </summary>
    public int DepthEvery { get; init; } = 1;

    /// <summary>How the network's work is asked of the device; null: by recorded graphs where it can, which is on CUDA.</summary>
    public InferenceEngine? Engine { get; init; }

    /// <summary>The engine that is taken on a device.</summary>
    public InferenceEngine EngineOn(TorchDevice device) => Engine ?? (device.IsCuda ? InferenceEngine.Graph : InferenceEngine.Eager);
}

/// <summary>How a network's work is asked of its device.</summary>
public enum InferenceEngine
{
    /// <summary>Call by call, on any device: the reference.</summary>
    Eager,

    /// <summary>Recorded once for each size of input, then by one call: CUDA graphs.</summary>
    Graph,
}
