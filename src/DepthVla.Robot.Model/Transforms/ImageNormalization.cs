using System.Collections.Immutable;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Transforms;

/// <summary>The two ways the encoders want their pixels.</summary>
internal static class ImageNormalization
{
    /// <summary>Bytes [.., H, W, 3] → [.., 3, H, W] in [−1, 1], as SigLIP wants them: x/127.5 − 1.</summary>
    internal static Tensor ForVision(Tensor bytes, DType dtype)
    {
        var last = bytes.Shape.Length - 1;
        var channelsFirst = bytes.Permute([.. Enumerable.Range(0, last - 2).Select(d => (long)d), last, last - 2, last - 1]);
        return channelsFirst.To(dtype) * (1 / 127.5) - Tensor.Full(1, [], dtype, bytes.Device);
    }

    /// <summary>SigLIP's range → ImageNet's, as DINOv2 wants it: ((x + 1)/2 − mean)/std by channel. [.., 3, H, W]</summary>
    internal static Tensor ForDepth(Tensor images, DepthEncoderConfig config)
    {
        using var scope = new TensorScope();
        return scope.Keep(images * Channels(config.ImageStd.Select(s => 0.5 / s), images)
            + Channels(config.ImageStd.Zip(config.ImageMean, (s, m) => (0.5 - m) / s), images));
    }

    private static Tensor Channels(IEnumerable<double> values, Tensor like) =>
        Tensor.From<double>(values.ToImmutableArray().AsSpan(), [3, 1, 1]).To(like.DType).To(like.Device);
}
