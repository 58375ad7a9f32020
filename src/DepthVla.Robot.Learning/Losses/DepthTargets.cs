using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>True depth as the loss needs it: logarithms, and which pixels count.</summary>
/// <param name="LogDepth">[images, pixels], log m; 0 where nothing is known.</param>
/// <param name="Valid">[images, pixels], 1 or 0.</param>
/// <param name="PixelCounts">[images, 1], at least 1.</param>
/// <param name="ImageWeights">[images], 1 ÷ the number of images with a valid pixel, or 0 for those without.</param>
internal sealed record DepthTargets(Tensor LogDepth, Tensor Valid, Tensor PixelCounts, Tensor ImageWeights)
{
    /// <summary>The range that counts, m, ends included: that of Depth Anything V2's indoor training.</summary>
    internal const float Nearest = 0.001f, Farthest = 20;

    /// <summary>Whether a depth, m, is in that range.</summary>
    internal static bool Counts(float metres) => metres is >= Nearest and <= Farthest;

    /// <summary>Metres [images · pixels] of any value, NaN included.</summary>
    internal static DepthTargets Of(ReadOnlySpan<float> metres, int images, DType wide, TorchDevice device)
    {
        var pixels = metres.Length / images;
        var (logs, valid, counts, weights) = (new float[metres.Length], new float[metres.Length], new float[images], new float[images]);
        for (var i = 0; i < metres.Length; i++)
        {
            if (!Counts(metres[i])) continue;
            (logs[i], valid[i]) = (MathF.Log(metres[i]), 1);
            counts[i / pixels]++;
        }

        var seen = counts.Count(c => c > 0);
        for (var i = 0; i < images; i++) weights[i] = counts[i] > 0 ? 1f / seen : 0;
        Tensor Place(float[] values, params long[] shape) => Tensor.From<float>(values, shape).To(wide).To(device);
        return new DepthTargets(Place(logs, images, pixels), Place(valid, images, pixels), Place([.. counts.Select(c => Math.Max(c, 1))], images, 1), Place(weights, images));
    }
}
