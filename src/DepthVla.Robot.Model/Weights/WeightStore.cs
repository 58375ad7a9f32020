using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Weights;

/// <summary>Hands the network its weights, on its device and in its types, and owns them.</summary>
/// <remarks>On the CPU a weight that is stored in the type it is computed in stays in the mapped file: no copy.</remarks>
internal sealed class WeightStore(IWeightSource source, TorchDevice device, ComputePrecision precision) : IDisposable
{
    private readonly List<Tensor> _owned = [];

    internal TorchDevice Device => device;

    internal ComputePrecision Precision => precision;

    /// <summary>A weight in the computing type.</summary>
    internal Tensor Compute(string name) => Load(name, precision.Compute, w => w);

    /// <summary>A weight in float32 or wider.</summary>
    internal Tensor Wide(string name) => Load(name, precision.Wide, w => w);

    /// <summary>What <paramref name="prepare"/> makes of a weight in float32 or wider, once.</summary>
    internal Tensor Wide(string name, Func<Tensor, Tensor> prepare) => Load(name, precision.Wide, prepare);

    public void Dispose()
    {
        foreach (var tensor in _owned) tensor.Dispose();
        _owned.Clear();
    }

    private Tensor Load(string name, DType dtype, Func<Tensor, Tensor> prepare)
    {
        using var scope = new TensorScope();
        var weight = prepare(source.Open(name).To(dtype).To(device)).OutliveScope();
        _owned.Add(weight);
        return weight;
    }
}
