using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>Layer normalisation with weight and bias. libtorch accumulates in float32 whatever the type.</summary>
internal sealed class LayerNorm(WeightStore weights, string name, double epsilon)
{
    private readonly Tensor _weight = weights.Compute($"{name}.weight");
    private readonly Tensor _bias = weights.Compute($"{name}.bias");

    private readonly IOperators _operators = weights.Operators;

    internal Tensor Forward(Tensor x) => _operators.LayerNorm(x, _weight, _bias, epsilon);

    /// <summary>x + factor·block, and the norm of that; factor [W], null for 1.</summary>
    internal (Tensor Sum, Tensor Normed) AfterAdding(Tensor x, Tensor block, Tensor? factor = null) => _operators.AddLayerNorm(x, block, factor, _weight, _bias, epsilon);
}
