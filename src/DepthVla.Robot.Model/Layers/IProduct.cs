using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Layers;

/// <summary>A product of a transformer's layer with its weights: nearly all that such a layer computes.</summary>
internal interface IProduct
{
    /// <summary>[.., in] → [.., out]</summary>
    Tensor Forward(Tensor x);

    /// <summary>sum + <see cref="Forward"/>(x): [.., out]. The sum may lie in the place of <paramref name="sum"/>, which is not to be read afterwards.</summary>
    Tensor PlusForward(Tensor sum, Tensor x) => sum + Forward(x);

    /// <summary>With the weights of that name, or of several joined; in the computing type, or in 8 bits where that was calibrated.</summary>
    static IProduct Load(WeightStore weights, params IReadOnlyList<string> names)
    {
        var inputs = weights.Shape($"{names[0]}.weight")[1];
        var outputs = names.Sum(name => weights.Shape($"{name}.weight")[0]);
        var fits = inputs % 16 == 0 && outputs % 16 == 0;                                        // what libtorch asks of 8-bit products
        if (fits && weights.EightBit?.ScaleOf(names[0]) is { } scale) return new Float8Product(weights, names, scale);
        var product = new Product(weights.Operators, weights.Joined(names, "weight"));
        return weights.Watcher is { } watcher ? new WatchedProduct(product, names[0], watcher) : product;
    }
}

/// <summary>x·Wᵀ; weight [out, in].</summary>
internal sealed class Product(IOperators operators, Tensor weight) : IProduct
{
    public Tensor Forward(Tensor x) => x.To(weight.DType).Affine(weight);

    public Tensor PlusForward(Tensor sum, Tensor x) => operators.PlusProduct(sum, x, weight);
}

/// <summary>A product whose inputs are shown to who calibrates.</summary>
internal sealed class WatchedProduct(Product product, string name, InputRanges watcher) : IProduct
{
    public Tensor Forward(Tensor x)
    {
        watcher.See(name, x);
        return product.Forward(x);
    }
}
