using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Weights;

/// <summary>The largest number that came into each product of the transformers' layers, by the name of its (first) weight.</summary>
internal sealed class InputRanges
{
    private readonly Dictionary<string, double> _largest;

    /// <summary>None yet.</summary>
    internal InputRanges() => _largest = [];

    /// <summary>As they were written.</summary>
    internal InputRanges(IReadOnlyDictionary<string, double> largest) => _largest = new(largest);

    /// <summary>All of them, by name.</summary>
    internal IReadOnlyDictionary<string, double> Largest => _largest;

    /// <summary>Takes note of an input.</summary>
    internal void See(string name, Tensor input) => _largest[name] = Math.Max(_largest.GetValueOrDefault(name), input.MaxAbs());

    /// <summary>What an input of that product is divided by to become 8 bits; null where none was ever seen.</summary>
    internal double? ScaleOf(string name) => _largest.TryGetValue(name, out var largest) && largest > 0 ? largest / DTypes.MostFloat8 : null;
}
