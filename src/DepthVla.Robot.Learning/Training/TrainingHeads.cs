using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>Parameters that exist in training only: they ask image tokens where things are, and stay behind when the policy is written.</summary>
internal static class TrainingHeads
{
    internal const string Pointer = "training.pointer", Dense = "training.dense";

    /// <summary>Name and shape of each.</summary>
    internal static IEnumerable<(string Name, long[] Shape)> Parameters(NetworkConfig network, int objects) => objects == 0 ? [] :
    [
        (Pointer + ".weight", [2 * 3, network.Vlm.Width]), (Pointer + ".bias", [2 * 3]),
        (Dense + ".weight", [objects * 3, network.Vlm.Width]), (Dense + ".bias", [objects * 3]),
    ];

    internal static Tensor Begin(string name, long[] shape, int seed) =>
        shape.Length == 1 ? Tensor.Full(0, shape, DType.Float32) : FreshWeights.Normal(name, shape, 0.1 / Math.Sqrt(shape[1]), seed);
}
