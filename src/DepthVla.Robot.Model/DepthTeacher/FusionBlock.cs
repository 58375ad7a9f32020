using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.DepthTeacher;

/// <summary>One level of a DPT head: what the coarser levels made, plus this level's own map, refined and enlarged.</summary>
internal sealed class FusionBlock(WeightStore weights, string name, bool isCoarsest)
{
    private readonly ResidualUnit? _own = isCoarsest ? null : new(weights, $"{name}.resConfUnit1");
    private readonly ResidualUnit _both = new(weights, $"{name}.resConfUnit2");
    private readonly Convolution _out = new(weights, $"{name}.out_conv");

    /// <summary>Two maps [N, F, h, w] → [N, F, height, width].</summary>
    /// <param name="coarser">Of the level below; null for the coarsest.</param>
    /// <param name="own">Of this level.</param>
    /// <param name="height">Of the result.</param>
    /// <param name="width">Of the result.</param>
    internal Tensor Forward(Tensor? coarser, Tensor own, long height, long width)
    {
        using var scope = new TensorScope();
        var x = coarser is null ? own : coarser + _own!.Forward(own);
        return scope.Keep(_out.Forward(_both.Forward(x).BilinearCorners(height, width)));
    }

    private sealed class ResidualUnit(WeightStore weights, string name)
    {
        private readonly Convolution _first = new(weights, $"{name}.conv1");
        private readonly Convolution _second = new(weights, $"{name}.conv2");

        internal Tensor Forward(Tensor x) => _second.Forward(_first.Forward(x.Relu()).Relu()) + x;
    }
}
