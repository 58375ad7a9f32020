using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>How far predicted depth is off, as depth papers count it; of each image, then the mean of the images. NaN where no pixel is known.</summary>
/// <param name="AbsoluteRelativeError">The mean of |d̂ − d|/d.</param>
/// <param name="Delta">The share of pixels with max(d̂/d, d/d̂) below 1.25.</param>
internal readonly record struct DepthScores(double AbsoluteRelativeError, double Delta)
{
    private static readonly double Quarter = Math.Log(1.25);

    /// <summary>Nothing was asked.</summary>
    internal static DepthScores None => new(double.NaN, double.NaN);

    /// <param name="logDepth">Predicted log depth [B, C, D, D].</param>
    /// <param name="targets">Images = B·C.</param>
    internal static DepthScores Of(Tensor logDepth, DepthTargets targets)
    {
        using var scope = new TensorScope();
        var truth = targets.LogDepth.To(DType.Float64).ToArray<double>();
        var (predicted, valid) = (logDepth.Detach().To(DType.Float64).ToArray<double>(), targets.Valid.To(DType.Float64).ToArray<double>());
        var pixels = (int)targets.Valid.Size(1);
        var (error, share, images) = (0.0, 0.0, 0);
        for (var image = 0; image < truth.Length; image += pixels)
        {
            var (sum, near, count) = (0.0, 0, 0);
            for (var i = image; i < image + pixels; i++)
            {
                if (valid[i] == 0) continue;
                var off = predicted[i] - truth[i];
                sum += Math.Abs(Math.Exp(off) - 1);
                if (Math.Abs(off) < Quarter) near++;
                count++;
            }

            if (count == 0) continue;
            (error, share, images) = (error + sum / count, share + (double)near / count, images + 1);
        }

        return images == 0 ? None : new(error / images, share / images);
    }
}
