using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>x·Wᵀ with both as 8-bit floats, each with one scale that does not change: half the bytes of bfloat16, accumulated in float32.</summary>
internal sealed class Float8Product : IProduct
{
    private readonly IOperators _operators;
    private readonly Tensor _weight;
    private readonly Tensor _weightScale;
    private readonly Tensor _inputScale;
    private readonly double _scale;

    /// <param name="weights">Where from.</param>
    /// <param name="names">Of the weights, joined along their outputs.</param>
    /// <param name="scale">What inputs are divided by; larger ones than were calibrated end at the type's largest.</param>
    internal Float8Product(WeightStore weights, IReadOnlyList<string> names, double scale)
    {
        (_operators, _scale, _inputScale) = (weights.Operators, scale, weights.One(scale));
        (_weight, _weightScale) = weights.JoinedFloat8(names);
    }

    public Tensor Forward(Tensor x)
    {
        var rows = _operators.ToFloat8(x, _scale).Reshape(-1, x.Size(-1));                       // [M, in]
        return rows.ScaledAffine(_inputScale, _weight, _weightScale, x.DType).Reshape([.. x.Shape[..^1], -1]);
    }
}
