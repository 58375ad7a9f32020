using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Safetensors;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>A checkpoint's tensors, which bear our names already.</summary>
internal sealed class CheckpointWeights(SafetensorsSet files) : IWeightSource
{
    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors => files.Entries.Select(e => (e.Name, e.Shape));

    public Tensor Open(string name) => files.Tensor(name);
}
