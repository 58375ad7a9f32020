using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>x·Wᵀ + b.</summary>
internal sealed class Linear(Tensor weight, Tensor bias) : IProduct
{
    /// <summary>In the computing type.</summary>
    internal static Linear WithBias(WeightStore weights, string name) => new(weights.Compute($"{name}.weight"), weights.Compute($"{name}.bias"));

    /// <summary>In float32 or wider.</summary>
    internal static Linear Head(WeightStore weights, string name) => new(weights.Wide($"{name}.weight"), weights.Wide($"{name}.bias"));

    /// <summary>[out, in]</summary>
    internal Tensor Weight => weight;

    /// <summary>[out]</summary>
    internal Tensor Bias => bias;

    public Tensor Forward(Tensor x) => x.To(weight.DType).Affine(weight, bias);      // [.., in] → [.., out]
}
