using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Diffusion;

/// <summary>Convolution, group norm, Mish, twice; in between scaled and shifted by what the condition says (FiLM, arXiv 1709.07871); added to the input.</summary>
internal sealed class FilmBlock
{
    private readonly StepConvolution _first, _second;
    private readonly StepConvolution? _residual;
    private readonly GroupNorm _norm1, _norm2;
    private readonly Linear _film;

    internal FilmBlock(UNetBlock shape, int groups, WeightStore weights)
    {
        _first = new StepConvolution(weights, $"{shape.Name}.conv1");
        _norm1 = new GroupNorm(weights, $"{shape.Name}.norm1", groups);
        _film = Linear.Head(weights, $"{shape.Name}.film");
        _second = new StepConvolution(weights, $"{shape.Name}.conv2");
        _norm2 = new GroupNorm(weights, $"{shape.Name}.norm2", groups);
        _residual = shape.Inputs == shape.Channels ? null : new StepConvolution(weights, $"{shape.Name}.residual");
    }

    /// <summary>x [N, inputs, T], condition [N, G] → [N, channels, T]</summary>
    internal Tensor Forward(Tensor x, Tensor condition)
    {
        using var scope = new TensorScope();
        var h = _norm1.Forward(_first.Forward(x)).Mish();                                        // [N, c, T]
        var film = _film.Forward(condition.Mish()).Reshape(h.Size(0), 2 * h.Size(1), 1);         // [N, 2c, 1]
        h = h + h * film.Slice(1, 0, h.Size(1)) + film.Slice(1, h.Size(1), 2 * h.Size(1));
        return scope.Keep(_norm2.Forward(_second.Forward(h)).Mish() + (_residual?.Forward(x) ?? x));
    }
}

/// <summary>A convolution over the steps of a chunk: [N, in, T] → [N, out, T/stride], in float32.</summary>
internal sealed class StepConvolution(WeightStore weights, string name, long stride = 1)
{
    private readonly Tensor _weight = weights.Wide($"{name}.weight");
    private readonly Tensor _bias = weights.Wide($"{name}.bias");

    internal Tensor Forward(Tensor x) => x.StepConvolution(_weight, _bias, stride);
}

/// <summary>Groups of channels, each brought to mean 0 and variance 1 over its channels and steps; in float32.</summary>
internal sealed class GroupNorm(WeightStore weights, string name, int groups)
{
    private readonly Tensor _weight = weights.Wide($"{name}.weight");
    private readonly Tensor _bias = weights.Wide($"{name}.bias");

    internal Tensor Forward(Tensor x) => x.GroupNormalize(groups, _weight, _bias);
}
