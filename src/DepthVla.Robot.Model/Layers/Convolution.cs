using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>A convolution by an odd square kernel, padded so that with stride 1 the picture keeps its size.</summary>
internal sealed class Convolution(WeightStore weights, string name, bool hasBias = true, long stride = 1)
{
    private readonly Tensor _weight = weights.Compute($"{name}.weight");
    private readonly Tensor? _bias = hasBias ? weights.Compute($"{name}.bias") : null;

    /// <summary>[N, in, H, W] → [N, out, ⌈H/stride⌉, ⌈W/stride⌉]</summary>
    internal Tensor Forward(Tensor x) => x.Convolution(_weight, _bias, stride, _weight.Size(2) / 2);
}
