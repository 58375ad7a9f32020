using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>The shipped tiny network with random weights in memory, and inputs from a seed.</summary>
internal sealed class TinyNetwork : IWeightSource
{
    private readonly ParameterTable _table;
    private readonly WeightInitializer _initializer = new(11, DType.Float32);

    private TinyNetwork(NetworkConfig config) => _table = ParameterTable.For(config);

    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => _table.Parameters.Select(p => (p.Name, (IReadOnlyList<long>)p.Shape));

    internal static NetworkConfig Config => Presets.Load("depthvla-tiny").Network;

    internal static DepthVlaNetwork Build(NetworkConfig? config = null, ComputePrecision? precision = null) =>
        new(config ?? Config, new WeightStore(new TinyNetwork(config ?? Config), TorchDevice.Cpu, precision ?? ComputePrecision.Float32));

    /// <summary>Random pictures, text and state; another seed for the depth pictures gives another depth input alone.</summary>
    internal static NetworkInput Input(int seed, int? depthSeed = null, int batch = 1)
    {
        var config = Config;
        Tensor Pictures(int s) => Random(s, batch, config.ImageKeys.Length, 3, config.ImageSize, config.ImageSize);
        var text = new Random(seed);
        return new(Pictures(seed), Pictures(depthSeed ?? seed + 1),
            Tensor.From<long>([.. Enumerable.Range(0, batch * 20).Select(_ => (long)text.Next(config.VocabSize))], [batch, 20]), Random(seed + 2, batch, config.StateDim));
    }

    internal static Tensor Random(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return Tensor.From<float>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() * 2 - 1)], shape);
    }

    public Tensor Open(string name)
    {
        var parameter = _table.Parameters.Single(p => p.Name == name);
        using var bytes = new MemoryStream();
        _initializer.Source(parameter).WriteTo(bytes);
        return Tensor.From<float>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.ToArray()), parameter.Shape);
    }
}
