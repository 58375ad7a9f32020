using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>A product of a transformer's layer with its weights: nearly all that such a layer computes.</summary>
internal interface IProduct
{
    /// <summary>[.., in] → [.., out]</summary>
    Tensor Forward(Tensor x);

    /// <summary>With the weights of that name, or of several joined; in the computing type, or in 8 bits where that was calibrated.</summary>
    static IProduct Load(WeightStore weights, params IReadOnlyList<string> names)
    {
        var inputs = weights.Shape($"{names[0]}.weight")[1];
        var outputs = names.Sum(name => weights.Shape($"{name}.weight")[0]);
        var fits = inputs % 16 == 0 && outputs % 16 == 0;                                        // what libtorch asks of 8-bit products
        if (fits && weights.EightBit?.ScaleOf(names[0]) is { } scale) return new Float8Product(weights, names, scale);
        var linear = new Linear(weights.Joined(names, "weight"), null);
        return weights.Watcher is { } watcher ? new WatchedProduct(linear, names[0], watcher) : linear;
    }
}

/// <summary>A product whose inputs are shown to who calibrates.</summary>
internal sealed class WatchedProduct(Linear product, string name, InputRanges watcher) : IProduct
{
    public Tensor Forward(Tensor x)
    {
        watcher.See(name, x);
        return product.Forward(x);
    }
}
