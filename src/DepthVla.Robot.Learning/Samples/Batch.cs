using DepthVla.Robot.Learning.Losses;
using DepthVla.Robot.Model.Network;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Samples;

/// <summary>What one step learns from, as tensors.</summary>
/// <param name="Input">B observations.</param>
/// <param name="Actions">[B·R, H, action_dim], normalised: every observation's chunk R times.</param>
/// <param name="Noise">As large.</param>
/// <param name="Times">[B·R], or [B·R·H] when steps may be given.</param>
/// <param name="FlowWeights">As the actions, 1 where the flow is sought; null = everywhere.</param>
/// <param name="Depth">True depth, or null.</param>
/// <param name="Points">Where objects appear, or null.</param>
internal sealed record Batch(
    NetworkInput Input, Tensor Actions, Tensor Noise, double[] Times, Tensor? FlowWeights, DepthTargets? Depth, PointTargets? Points) : ITrainingBatch
{
    /// <summary>Frees its tensors, if no scope has them.</summary>
    public void Dispose()
    {
        Tensor?[] tensors =
        [
            Input.Images, Input.DepthImages, Input.Tokens, Input.State, Actions, Noise, FlowWeights, Depth?.LogDepth, Depth?.Valid, Depth?.PixelCounts, Depth?.ImageWeights,
            Points?.Token, Points?.Offset, Points?.Seen, Points?.Named?.Token, Points?.Named?.Offset, Points?.Named?.Seen,
        ];
        foreach (var tensor in tensors) tensor?.Dispose();
    }
}
