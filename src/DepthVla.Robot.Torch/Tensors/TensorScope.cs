namespace DepthVla.Robot.Torch.Tensors;

/// <summary>Disposes every tensor made inside it on this thread, less those handed out with <see cref="Keep"/>.</summary>
/// <remarks>
/// Scopes nest. The garbage collector does not see the memory behind a tensor, so each piece of a forward pass opens a scope and
/// returns <c>scope.Keep(result)</c>; what was kept belongs to the enclosing scope, or, outside any scope, to the caller.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? _current;

    private readonly TensorScope? _outer = _current;
    private readonly List<Tensor> _tensors = [];
    private bool _disposed;

    /// <summary>Opens a scope on the calling thread.</summary>
    public TensorScope() => _current = this;

    /// <summary>Hands <paramref name="tensor"/> to the enclosing scope, or to the caller when there is none.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (tensor.Scope != this) return tensor;
        tensor.Scope = _outer;
        _outer?._tensors.Add(tensor);
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (_current != this) throw new InvalidOperationException("tensor scopes end in the reverse order of their start, on the thread that opened them");
        _current = _outer;
        foreach (var tensor in _tensors) if (tensor.Scope == this) tensor.Dispose();
    }

    internal static TensorScope? Adopt(Tensor tensor)
    {
        _current?._tensors.Add(tensor);
        return _current;
    }
}
