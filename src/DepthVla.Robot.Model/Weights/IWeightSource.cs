using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Weights;

/// <summary>Named CPU tensors: a checkpoint's, or those being imported.</summary>
internal interface IWeightSource
{
    /// <summary>Name and shape of every tensor there is.</summary>
    IEnumerable<(string Name, IReadOnlyList<long> Shape)> Tensors { get; }

    /// <summary>The tensor of that name, as stored; the caller disposes it.</summary>
    Tensor Open(string name);
}
