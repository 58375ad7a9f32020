using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Tests.Layers;

/// <summary>Vectors by name, float64, for a layer on its own.</summary>
internal sealed class GivenWeights(params (string Name, double[] Values, long[] Shape)[] weights) : IWeightSource
{
    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => weights.Select(w => (w.Name, (IReadOnlyList<long>)w.Shape));

    public Tensor Open(string name)
    {
        var (_, values, shape) = weights.Single(w => w.Name == name);
        return Tensor.From<double>(values, shape);
    }

    internal WeightStore In(ComputePrecision precision) => new(this, TorchDevice.Cpu, precision);
}
