using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Weights;
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

    /// <summary>What the transformers' products are computed in.</summary>
    public ProductPrecision Products { get; init; }

    /// <summary>Is shown what comes into the products; for who calibrates.</summary>
    internal InputRanges? Watcher { get; init; }

    /// <summary>What came into them, where it is not written down yet.</summary>
    internal InputRanges? Ranges { get; init; }

    /// <summary>The engine that is taken on a device.</summary>
    public InferenceEngine EngineOn(TorchDevice device) => Engine ?? (device.IsCuda ? InferenceEngine.Graph : InferenceEngine.Eager);
}

/// <summary>What the products of a policy's transformers are computed in; all else stays as it is.</summary>
public enum ProductPrecision
{
    /// <summary>The type that the checkpoint's weights are stored in.</summary>
    Stored,

    /// <summary>8-bit floats (E4M3), with scales that <c>depthvla checkpoint calibrate</c> found: half the bytes of bfloat16. On CUDA from compute capability 8.9.</summary>
    Float8,
}

/// <summary>How a network's work is asked of its device.</summary>
public enum InferenceEngine
{
    /// <summary>Call by call, on any device: the reference.</summary>
    Eager,

    /// <summary>Recorded once for each size of input, then by one call: CUDA graphs.</summary>
    Graph,
}
