using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>γ·(x·Wᵀ + b): a product that ends with LayerScale. Where the operators fold, γ is in W and b already.</summary>
internal sealed class ScaledLinear
{
    private readonly Linear _product;
    private readonly Tensor? _scale;

    /// <param name="weights">Of the network.</param>
    /// <param name="name">The product's: [out, in] and [out].</param>
    /// <param name="scale">γ's [out].</param>
    internal ScaledLinear(WeightStore weights, string name, string scale) => (_product, _scale) = weights.Operators.Folds
        ? (new Linear(weights.Folded($"{name}.weight", scale), weights.Folded($"{name}.bias", scale)), null)
        : (Linear.WithBias(weights, name), weights.Compute(scale));

    internal Tensor Forward(Tensor x) => _scale is null ? _product.Forward(x) : _scale * _product.Forward(x);    // [.., in] → [.., out]
}
