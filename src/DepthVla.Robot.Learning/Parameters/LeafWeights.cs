using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Parameters;

/// <summary>The parameters of one training step: leaves over the masters' memory. A network built from them is the one that serves, with gradients.</summary>
internal sealed class LeafWeights : IWeightSource, IDisposable
{
    private readonly Dictionary<string, Tensor> _leaves;

    /// <param name="masters">float32 parameters by name.</param>
    /// <param name="isFrozen">Parameters that keep their values: no gradient is derived for them.</param>
    internal LeafWeights(IReadOnlyDictionary<string, Tensor> masters, Func<string, bool> isFrozen)
    {
        using var scope = new TensorScope();
        _leaves = masters.ToDictionary(m => m.Key, m => (isFrozen(m.Key) ? m.Value.Detach() : m.Value.ToLeaf()).OutliveScope());
        Trained = [.. masters.Keys.Where(name => !isFrozen(name))];
    }

    /// <summary>The names of those that learn.</summary>
    internal IReadOnlyList<string> Trained { get; }

    /// <inheritdoc/>
    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => _leaves.Select(l => (l.Key, (IReadOnlyList<long>)l.Value.Shape.ToArray()));

    internal Tensor this[string name] => _leaves[name];

    /// <inheritdoc/>
    public Tensor Open(string name) => _leaves[name].Alias();

    /// <summary>Derives <paramref name="loss"/> and adds to the leaves' gradients.</summary>
    /// <param name="loss">One number.</param>
    /// <param name="again">What computes activations again, if they were not kept.</param>
    internal void Backward(Tensor loss, Recomputation? again = null)
    {
        Tensor[] trained = [.. Trained.Select(name => _leaves[name])];
        if (again is null) loss.Backward(trained);
        else again.Backward(loss, trained);
    }

    /// <summary>The gradient of one parameter in the current scope; null when no loss depended on it.</summary>
    internal Tensor? Gradient(string name) => _leaves[name].Gradient();

    public void Dispose()
    {
        foreach (var leaf in _leaves.Values) leaf.Dispose();
    }
}
