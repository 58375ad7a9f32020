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

    /// <summary>x + block, and the norm of that.</summary>
    internal (Tensor Sum, Tensor Normed) AfterAdding(Tensor x, Tensor block) => _operators.AddLayerNorm(x, block, _weight, _bias, epsilon);
}
