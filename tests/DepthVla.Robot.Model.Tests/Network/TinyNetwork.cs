using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Network;

/// <summary>The tiny preset with random weights in memory, and inputs from a seed.</summary>
internal sealed class TinyNetwork : IWeightSource
{
    private static readonly WeightInitializer Initializer = new(11, DType.Float32); // its table is most of the work
    private readonly ParameterTable _table;
    private readonly float _scale;

    private TinyNetwork(NetworkConfig config, float scale) => (_table, _scale) = (ParameterTable.For(config), scale);

    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => _table.Parameters.Select(p => (p.Name, (IReadOnlyList<long>)p.Shape));

    internal static NetworkConfig Config => Presets.Load("depthvla-tiny-joints").Network;

    /// <param name="config">Its sizes; the preset's by default.</param>
    /// <param name="precision">float32 by default.</param>
    /// <param name="weightScale">Times the weights of a beginning, which are so small that attention hardly tells tokens apart.</param>
    /// <param name="operators">libtorch's by default.</param>
    internal static DepthVlaNetwork Build(NetworkConfig? config = null, ComputePrecision? precision = null, float weightScale = 1, IOperators? operators = null) =>
        new(config ?? Config, Weights(config ?? Config, precision, weightScale, operators: operators));

    /// <summary>Its weights alone.</summary>
    internal static WeightStore Weights(NetworkConfig config, ComputePrecision? precision = null, float weightScale = 1, long? mostCopied = null, IOperators? operators = null,
        InputRanges? watcher = null, InputRanges? eightBit = null)
    {
        var source = new TinyNetwork(config, weightScale);
        return new WeightStore(source, TorchDevice.Cpu, precision ?? ComputePrecision.Float32)
        {
            MostCopied = mostCopied ?? WeightStore.Small, Operators = operators ?? new EagerOperators(), Watcher = watcher, EightBit = eightBit,
        };
    }

    /// <summary>Random pictures, text and state; another seed for the depth pictures gives another depth input alone.</summary>
    internal static NetworkInput Input(int seed, int? depthSeed = null, int batch = 1, NetworkConfig? sizes = null)
    {
        var config = sizes ?? Config;
        Tensor Pictures(int s, int side) => Random(s, batch, config.ImageKeys.Length, 3, side, side);
        var text = new Random(seed);
        return new(Pictures(seed, config.ImageSize), Pictures(depthSeed ?? seed + 1, config.DepthImageSize),
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
        Initializer.Source(parameter).WriteTo(bytes);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
        if (parameter.Initialisation == Initialisation.Normal) values = Array.ConvertAll(values, v => v * _scale);
        return Tensor.From<float>(values, parameter.Shape);
    }
}
