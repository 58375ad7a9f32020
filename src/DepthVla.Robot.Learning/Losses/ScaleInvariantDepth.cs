using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>L_si of the paper: √(mean y² − λ·(mean y)² + 1e-8) of an image, y = log predicted − log true depth, λ = 0.5; then the mean of the images.</summary>
/// <remarks>λ = 1 would forgive any common scale; half of it keeps the prediction metric. Source: Eigen et al. 2014; Depth Anything V2's metric training.</remarks>
internal static class ScaleInvariantDepth
{
    private const double Lambda = 0.5, Floor = 1e-8;

    /// <param name="logDepth">Predicted log depth [B, C, D, D], clamped.</param>
    /// <param name="targets">Images = B·C.</param>
    internal static Tensor Loss(Tensor logDepth, DepthTargets targets)
    {
        var y = (logDepth.Reshape(targets.Valid.Size(0), -1) - targets.LogDepth) * targets.Valid;      // [images, pixels]
        var mean = y.Sum(1).Reshape(-1, 1) / targets.PixelCounts;
        var meanSquare = (y * y).Sum(1).Reshape(-1, 1) / targets.PixelCounts;
        var inside = meanSquare - mean * mean * Lambda;
        var images = (inside + Tensor.Full(Floor, [], inside.DType)).Sqrt().Reshape(-1);               // [images]
        return (images * targets.ImageWeights).Sum();
    }
}
