using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Learning.Replicas;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Optimisation;

/// <summary>AdamW over float32 masters, with gradients clipped by their common norm. Weights of two or more dimensions decay; norms and biases do not.</summary>
internal sealed class AdamW : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> _masters;
    private readonly Dictionary<string, Tensor> _first, _second;
    private readonly double _clip;

    /// <param name="masters">Changed by each step.</param>
    /// <param name="clip">The longest that all gradients together may be; longer ones are shortened.</param>
    internal AdamW(IReadOnlyDictionary<string, Tensor> masters, double clip)
    {
        (_masters, _clip) = (masters, clip);
        _first = masters.ToDictionary(m => m.Key, m => Zeros(m.Value));
        _second = masters.ToDictionary(m => m.Key, m => Zeros(m.Value));
    }

    /// <summary>Running means of the gradients and of their squares, by parameter.</summary>
    internal (IReadOnlyDictionary<string, Tensor> First, IReadOnlyDictionary<string, Tensor> Second) Moments => (_first, _second);

    /// <summary>One step. Parameters without a gradient stay as they are.</summary>
    /// <param name="leaves">Where the gradients are.</param>
    /// <param name="step">How many steps that makes, this one counted.</param>
    /// <param name="settings">Rates; the decay is for matrices.</param>
    /// <param name="gradientShare">Gradients are multiplied by it first: 1 ÷ how many were added up.</param>
    /// <param name="replicas">Gradients are added up over them before that.</param>
    /// <returns>The length of all gradients together, before clipping.</returns>
    internal double Step(LeafWeights leaves, long step, AdamWSettings settings, double gradientShare, IReplicas replicas)
    {
        using var grad = GradMode.Off();
        using var scope = new TensorScope();
        var gradients = leaves.Trained.Select(name => (Name: name, Gradient: leaves.Gradient(name)?.Contiguous()))
            .Where(g => g.Gradient is not null).Select(g => (g.Name, Gradient: g.Gradient!)).ToArray();
        if (replicas.Count > 1) AddUp(gradients, replicas);
        var squares = Tensor.Cat([.. gradients.Select(g => g.Gradient.Dot(g.Gradient).Reshape(1).To(DType.Float32))], 0).Sum();
        var norm = Math.Sqrt(squares.ToArray<float>()[0]) * gradientShare;
        if (!double.IsFinite(norm)) return norm;

        var scale = Tensor.Full(Math.Max(1, norm / _clip) / gradientShare, [], DType.Float32, gradients[0].Gradient.Device);
        foreach (var group in gradients.GroupBy(g => _masters[g.Name].Shape.Length > 1))
        {
            ForEach.AdamW([.. group.Select(g => _masters[g.Name])], [.. group.Select(g => g.Gradient)], [.. group.Select(g => _first[g.Name])],
                [.. group.Select(g => _second[g.Name])], step, settings with { WeightDecay = group.Key ? settings.WeightDecay : 0 }, scale);
        }

        return norm;
    }

    public void Dispose()
    {
        foreach (var tensor in _first.Values.Concat(_second.Values)) tensor.Dispose();
    }

    // All in one message.
    private static void AddUp((string Name, Tensor Gradient)[] gradients, IReplicas replicas)
    {
        var all = Tensor.Cat([.. gradients.Select(g => g.Gradient.Reshape(-1))], 0);
        replicas.Sum(all);
        var start = 0L;
        for (var i = 0; i < gradients.Length; i++)
        {
            var (name, gradient) = gradients[i];
            gradients[i] = (name, all.Slice(0, start, start += gradient.Count).Reshape(gradient.Shape.ToArray()));
        }
    }

    private static Tensor Zeros(Tensor like) => Tensor.Full(0, like.Shape, DType.Float32, like.Device).OutliveScope();
}
