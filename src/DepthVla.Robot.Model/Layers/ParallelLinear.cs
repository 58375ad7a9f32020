using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>Several linear maps of one input: one product where their weights may be joined, else one each.</summary>
internal sealed class ParallelLinear
{
    private readonly IProduct[] _products;
    private readonly long[] _widths;

    /// <param name="weights">Where from.</param>
    /// <param name="names">Of the maps.</param>
    /// <param name="bias">Whether they have one.</param>
    internal ParallelLinear(WeightStore weights, IReadOnlyList<string> names, bool bias = false)
    {
        _widths = [.. names.Select(name => weights.Shape($"{name}.weight")[0])];
        IReadOnlyList<string>[] products = weights.Joins ? [names] : [.. names.Select(name => (string[])[name])];
        _products = [.. products.Select(joined => bias ? new Linear(weights.Joined(joined, "weight"), weights.Joined(joined, "bias")) : IProduct.Load(weights, joined))];
    }

    /// <summary>[.., in] → the maps' outputs one behind the other: [.., out of all].</summary>
    internal Tensor Together(Tensor x) => Tensor.Cat([.. _products.Select(product => product.Forward(x))], -1);

    /// <summary>[.., in] → each map's output: [.., out].</summary>
    internal Tensor[] Apart(Tensor x)
    {
        if (_products.Length > 1) return [.. _products.Select(product => product.Forward(x))];
        var (all, start) = (_products[0].Forward(x), 0L);
        return [.. _widths.Select(width => all.Slice(-1, start, start += width))];
    }
}
