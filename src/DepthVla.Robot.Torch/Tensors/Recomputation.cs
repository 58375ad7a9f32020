namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Keeps of the layers of a network only what went in and came out, and computes them again for the gradients: activation checkpointing.</summary>
/// <remarks>
/// Layers are run by <see cref="Run"/>. Where none of these is open on the thread, or nothing is recorded, they simply run. Otherwise a layer runs
/// without recording; its outputs are leaves of what follows, and <see cref="Backward"/> walks back from the loss through one layer after the other.
/// The largest number of activations alive is that of one layer and all layers' inputs (Chen et al., arXiv 1604.06174), for one more forward pass.
/// </remarks>
/// <example><code>
/// using var again = new Recomputation();
/// var loss = Loss(network.Forward(x));
/// again.Backward(loss, parameters);       // while the network and all that its layers use are alive
/// </code></example>
public sealed class Recomputation : IDisposable
{
    [ThreadStatic]
    private static Recomputation? _current;

    private readonly List<Segment> _segments = [];

    /// <summary>Opens one on the calling thread.</summary>
    /// <exception cref="InvalidOperationException">One is open already.</exception>
    public Recomputation() => _current = _current is null ? this : throw new InvalidOperationException("activations are being recomputed on this thread already");

    /// <summary>Runs a layer.</summary>
    /// <param name="layer">From inputs to outputs, and nothing else that asks for gradients but parameters. Run again by <see cref="Backward"/>.</param>
    /// <param name="inputs">What gradients pass through.</param>
    public static Tensor[] Run(Func<Tensor[], Tensor[]> layer, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return _current is { } open && GradMode.IsOn ? open.Record(layer, inputs) : layer(inputs);
    }

    /// <summary>Adds d(<paramref name="loss"/>)/d(parameter) to the gradient of every parameter.</summary>
    public void Backward(Tensor loss, IReadOnlyList<Tensor> parameters)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(parameters);
        List<Tensor> reached = [.. parameters, .. _segments.SelectMany(segment => segment.Outputs)];
        loss.Backward(reached);
        for (var i = _segments.Count - 1; i >= 0; i--)
        {
            var segment = _segments[i];
            reached.RemoveRange(reached.Count - segment.Outputs.Length, segment.Outputs.Length);
            Pull(segment, parameters, reached);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current = null;
        foreach (var tensor in _segments.SelectMany(segment => segment.Inputs.Concat(segment.Outputs))) tensor.Dispose();
        _segments.Clear();
    }

    private Tensor[] Record(Func<Tensor[], Tensor[]> layer, Tensor[] inputs)
    {
        Tensor[] outputs;
        using (GradMode.Off()) outputs = layer(inputs);
        outputs = [.. outputs.Select(output => output.ToLeaf())];
        _segments.Add(new Segment(layer, Held(inputs), Held(outputs)));
        return outputs;
    }

    // Handles of our own: the caller's scopes end before the way back.
    private static Tensor[] Held(Tensor[] tensors) => [.. tensors.Select(tensor => tensor.Alias().OutliveScope())];

    private static void Pull(Segment segment, IReadOnlyList<Tensor> parameters, IReadOnlyList<Tensor> reached)
    {
        using var scope = new TensorScope();
        var gradients = segment.Outputs.Select(output => output.Gradient()).ToArray();
        if (gradients.All(gradient => gradient is null)) return;                                 // nobody used it

        Tensor[] inputs = [.. segment.Inputs.Select(input => input.ToLeaf())];
        Derive(segment.Layer(inputs), gradients, [.. parameters, .. inputs]);
        Derive(segment.Inputs, [.. inputs.Select(input => input.Gradient())], reached);
    }

    // The derivative of Σ tensor · gradient by the tensor is the gradient, exactly.
    private static void Derive(Tensor[] tensors, Tensor?[] gradients, IReadOnlyList<Tensor> leaves)
    {
        Tensor? sum = null;
        for (var i = 0; i < tensors.Length; i++)
        {
            if (gradients[i] is not { } gradient || !tensors[i].AsksForGradient) continue;
            var part = (tensors[i] * gradient).Sum();
            sum = sum is null ? part : sum + part;
        }

        sum?.Backward(leaves);
    }

    private sealed record Segment(Func<Tensor[], Tensor[]> Layer, Tensor[] Inputs, Tensor[] Outputs);
}
