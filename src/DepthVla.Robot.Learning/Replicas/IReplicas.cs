using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Replicas;

/// <summary>The processes or threads that train one policy together, each on its rows of every batch.</summary>
/// <remarks>All of them make the same calls in the same order, from the thread that trains.</remarks>
internal interface IReplicas : IDisposable
{
    /// <summary>Which one this is, from 0; 0 writes the files.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Replaces each number by its sum over all replicas.</summary>
    void Sum(Span<float> values);

    /// <summary>The same, of a float32 tensor in place, wherever it is.</summary>
    void Sum(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var host = values.ToArray<float>();
        Sum(host);
        values.CopyFrom(Tensor.From<float>(host, values.Shape));
    }
}

/// <summary>A process by itself.</summary>
internal sealed class Alone : IReplicas
{
    public int Rank => 0;

    public int Count => 1;

    public void Sum(Span<float> values)
    {
    }

    public void Dispose()
    {
    }
}
