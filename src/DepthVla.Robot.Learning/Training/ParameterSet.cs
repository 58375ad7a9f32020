using DepthVla.Robot.Learning.Configuration;
using DepthVla.Robot.Learning.Parameters;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Training;

/// <summary>Makes the float32 masters a run begins with.</summary>
internal static class ParameterSet
{
    /// <summary>From the seed, except what <see cref="TrainingConfig.From"/> takes from checkpoints: each expert may have its own.</summary>
    /// <exception cref="CheckpointException">A source has nothing to give, or gives another shape.</exception>
    internal static Dictionary<string, Tensor> Begin(TrainingConfig config, string configFolder, NetworkConfig network, int objects, TorchDevice device)
    {
        var masters = new Dictionary<string, Tensor>();
        foreach (var parameter in ParameterTable.For(network).Parameters.Where(p => config.Needs(p.Name))) masters[parameter.Name] = Place(FreshWeights.Of(parameter, config.Seed), device);
        foreach (var (name, shape) in TrainingHeads.Parameters(network, objects).Where(p => config.Needs(p.Name))) masters[name] = Place(TrainingHeads.Begin(name, shape, config.Seed), device);
        foreach (var source in config.From) Take(Path.Combine(configFolder, source.Checkpoint), source.Part, masters, device);
        return masters;
    }

    private static void Take(string folder, string part, Dictionary<string, Tensor> masters, TorchDevice device)
    {
        using var checkpoint = Checkpoint.Open(folder);
        var source = new CheckpointWeights(checkpoint.Weights);
        var names = source.Tensors.Select(t => t.Name).Where(name => name.StartsWith(part, StringComparison.Ordinal) && masters.ContainsKey(name)).ToArray();
        if (names.Length == 0) throw new CheckpointException(folder, [$"from: it holds no parameter that begins with '{part}' and that this run trains"]);
        foreach (var name in names)
        {
            using var scope = new TensorScope();
            var stored = source.Open(name);
            if (!stored.Shape.SequenceEqual(masters[name].Shape))
                throw new CheckpointException(folder, [$"{name}: it is [{string.Join(", ", stored.Shape.ToArray())}] there, and [{string.Join(", ", masters[name].Shape.ToArray())}] here"]);
            var copy = (stored.To(DType.Float32) + Tensor.Full(0, [], DType.Float32)).To(device).OutliveScope();   // a copy: the mapped file is read-only
            masters[name].Dispose();
            masters[name] = copy;
        }
    }

    private static Tensor Place(Tensor value, TorchDevice device)
    {
        var placed = value.To(device);
        if (placed != value) value.Dispose();
        return placed.OutliveScope();
    }
}
