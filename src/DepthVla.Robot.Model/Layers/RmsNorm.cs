using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>A norm of a transformer of Gemma's kind; an adaptive one also says how strongly its block is added to the residual.</summary>
internal interface IRmsNorm
{
    /// <summary>x [B, T, W], condition [B, 1 or T, W] → normed [B, T, W] and, if adaptive, gate [B, 1 or T, W].</summary>
    (Tensor Normed, Tensor? Gate) Forward(Tensor x, Tensor? condition);

    /// <summary>x + block [B, T, W], and what <see cref="Forward"/> makes of that.</summary>
    (Tensor Sum, Tensor Normed, Tensor? Gate) AfterAdding(Tensor x, Tensor block, Tensor? condition);

    /// <summary>The norm of that name, of the one kind or the other.</summary>
    static IRmsNorm Load(WeightStore weights, string name, double epsilon, bool adaptive) =>
        adaptive ? new AdaptiveRmsNorm(weights, name, epsilon) : new RmsNorm(weights, name, epsilon);
}

/// <summary>x/rms(x)·(1 + w), computed in float32, rounded once.</summary>
internal sealed class RmsNorm(WeightStore weights, string name, double epsilon) : IRmsNorm
{
    private readonly Tensor _scale = weights.Wide($"{name}.weight", w => w + Tensor.Full(1, [], w.DType, w.Device));

    private readonly IOperators _operators = weights.Operators;

    public (Tensor Normed, Tensor? Gate) Forward(Tensor x, Tensor? condition) => (_operators.RmsNorm(x, _scale, epsilon), null);

    public (Tensor Sum, Tensor Normed, Tensor? Gate) AfterAdding(Tensor x, Tensor block, Tensor? condition)
    {
        var (sum, normed) = _operators.AddRmsNorm(x, block, _scale, epsilon);
        return (sum, normed, null);
    }
}

/// <summary>π0.5: x/rms(x)·(1 + scale) + shift, with scale, shift and gate linear in the flow time's embedding.</summary>
internal sealed class AdaptiveRmsNorm(WeightStore weights, string name, double epsilon) : IRmsNorm
{
    private readonly Linear _dense = Linear.Head(weights, $"{name}.dense");

    public (Tensor Normed, Tensor? Gate) Forward(Tensor x, Tensor? condition)
    {
        var width = x.Size(-1);
        var modulation = _dense.Forward(condition!);                                             // [B, 1 or T, 3W]
        var scale = modulation.Slice(-1, 0, width);
        var shift = modulation.Slice(-1, width, 2 * width);
        var gate = modulation.Slice(-1, 2 * width, 3 * width);

        var normed = x.To(scale.DType).RmsNormalize(null, epsilon);
        return ((normed + normed * scale + shift).To(x.DType), gate.To(x.DType));
    }

    public (Tensor Sum, Tensor Normed, Tensor? Gate) AfterAdding(Tensor x, Tensor block, Tensor? condition)
    {
        var sum = x + block;
        var (normed, gate) = Forward(sum, condition);
        return (sum, normed, gate);
    }
}
