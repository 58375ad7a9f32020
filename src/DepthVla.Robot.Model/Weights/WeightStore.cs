using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Weights;

/// <summary>Hands the network its weights, on its device and in its types, and owns them; and the operators that go with these.</summary>
/// <remarks>
/// On the CPU a weight that is stored in the type it is computed in stays in the mapped file: no copy. Small weights are copied all the same, where that
/// joins several products into one.
/// </remarks>
internal sealed class WeightStore(IWeightSource source, TorchDevice device, ComputePrecision precision) : IDisposable
{
    /// <summary>So many numbers may be copied without a thought: 1 GB in bfloat16.</summary>
    internal const long Small = 500_000_000;

    private readonly List<Tensor> _owned = [];
    private readonly Dictionary<string, IReadOnlyList<long>> _shapes = source.Tensors.ToDictionary(t => t.Name, t => t.Shape);

    private bool? _joins;                                                                        // every layer asks

    /// <summary>Above this many numbers, weights on the CPU stay where they are: a copy would double what a machine needs. <see cref="Small"/>.</summary>
    internal long MostCopied { get; init; } = Small;

    /// <summary>What the layers compute with.</summary>
    internal IOperators Operators { get; init; } = new EagerOperators();

    /// <summary>Is shown what comes into the layers' products, when 8 bits are calibrated; null otherwise.</summary>
    internal InputRanges? Watcher { get; init; }

    /// <summary>What comes into the layers' products, where these are to be computed in 8 bits; null where not.</summary>
    internal InputRanges? EightBit { get; init; }

    internal TorchDevice Device => device;

    internal ComputePrecision Precision => precision;

    /// <summary>Whether matrices with one input are to be joined.</summary>
    internal bool Joins => _joins ??= device.IsCuda || Numbers <= MostCopied;

    private long Numbers => _shapes.Values.Sum(shape => shape.Aggregate(1L, (count, size) => count * size));

    /// <summary>What a weight's shape is.</summary>
    internal IReadOnlyList<long> Shape(string name) => _shapes[name];

    /// <summary>Weights one behind the other along their outputs, in the computing type.</summary>
    internal Tensor Joined(IReadOnlyList<string> names, string part)
    {
        if (names.Count == 1) return Compute($"{names[0]}.{part}");
        using var scope = new TensorScope();
        return Own(Tensor.Cat([.. names.Select(name => source.Open($"{name}.{part}").To(precision.Compute).To(device))], 0));
    }

    /// <summary>The same as 8-bit floats, and what they were divided by for that [].</summary>
    internal (Tensor Weight, Tensor Scale) JoinedFloat8(IReadOnlyList<string> names)
    {
        using var scope = new TensorScope();
        var wide = Tensor.Cat([.. names.Select(name => source.Open($"{name}.weight").To(DType.Float32).To(device))], 0);
        var scale = Math.Max(wide.MaxAbs(), 1e-30) / DTypes.MostFloat8;
        return (Own(Operators.ToFloat8(wide, scale)), One(scale));
    }

    /// <summary>One number, float32, on the device.</summary>
    internal Tensor One(double number) => Own(Tensor.Full(number, [], DType.Float32, device));

    /// <summary>A weight in the computing type.</summary>
    internal Tensor Compute(string name) => Load(name, precision.Compute, w => w);

    /// <summary>A weight in float32 or wider.</summary>
    internal Tensor Wide(string name) => Load(name, precision.Wide, w => w);

    /// <summary>What <paramref name="prepare"/> makes of a weight in float32 or wider, once.</summary>
    internal Tensor Wide(string name, Func<Tensor, Tensor> prepare) => Load(name, precision.Wide, prepare);

    /// <summary>A weight in the computing type, each of its rows multiplied by a number of <paramref name="factors"/> [rows], and rounded once.</summary>
    internal Tensor Folded(string name, string factors)
    {
        using var scope = new TensorScope();
        var (wide, each) = (source.Open(name).To(precision.Wide).To(device), source.Open(factors).To(precision.Wide).To(device));
        return Own((wide * (Shape(name).Count == 2 ? each.Reshape(-1, 1) : each)).To(precision.Compute));
    }

    public void Dispose()
    {
        foreach (var tensor in _owned) tensor.Dispose();
        _owned.Clear();
    }

    private Tensor Load(string name, DType dtype, Func<Tensor, Tensor> prepare)
    {
        using var scope = new TensorScope();
        return Own(prepare(source.Open(name).To(dtype).To(device)));
    }

    private Tensor Own(Tensor weight)
    {
        _owned.Add(weight.OutliveScope());
        return weight;
    }
}
