using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>Layer normalisation with weight and bias. libtorch accumulates in float32 whatever the type.</summary>
internal sealed class LayerNorm(WeightStore weights, string name, double epsilon)
{
    private readonly Tensor _weight = weights.Compute($"{name}.weight");
    private readonly Tensor _bias = weights.Compute($"{name}.bias");

    internal Tensor Forward(Tensor x) => x.LayerNormalize(_weight, _bias, epsilon);
}
