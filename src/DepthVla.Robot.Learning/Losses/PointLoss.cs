using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>A training-only question to image tokens: which of you holds thing k, and where inside?</summary>
/// <remarks>Without it colour words bind to pictures only after many more samples: the flow loss alone hardly says which token matters.</remarks>
internal static class PointLoss
{
    private const double OffsetBeta = 0.1, TokenShare = 0.3, OffsetShare = 3;

    /// <param name="tokens">[B, C·P, W]</param>
    /// <param name="weight">[K·3, W]: a score and an offset a thing.</param>
    /// <param name="bias">[K·3]</param>
    /// <param name="targets">For K things.</param>
    internal static Tensor Loss(Tensor tokens, Tensor weight, Tensor bias, PointTargets targets)
    {
        var (batch, cameras, things) = (targets.Seen.Size(0), targets.Seen.Size(1), targets.Seen.Size(2));
        var answers = tokens.To(weight.DType).Affine(weight, bias).Reshape(batch, cameras, -1, things, 3).Permute(0, 1, 3, 2, 4);     // [B, C, K, P, 3]
        var scores = answers.Slice(4, 0, 1).Reshape(batch, cameras, things, -1).LogSoftmax(3).Gather(3, targets.Token).Reshape(batch, cameras, things);
        var offsets = answers.Slice(4, 1, 3).Gather(3, targets.Token.Reshape(batch, cameras, things, 1, 1).Expand(batch, cameras, things, 1, 2));
        var misses = offsets.Reshape(batch, cameras, things, 2).SmoothL1(targets.Offset, OffsetBeta).Sum(3);                          // [B, C, K]

        var loss = misses * OffsetShare - scores * TokenShare;

        // Over all things, seen or not, so that the losses of a batch's parts average to the loss of the batch.
        return (loss * targets.Seen).Mean();
    }

    /// <summary>The share of things seen whose token has the highest score.</summary>
    internal static double Accuracy(Tensor tokens, Tensor weight, Tensor bias, PointTargets targets)
    {
        var (batch, cameras, things) = (targets.Seen.Size(0), targets.Seen.Size(1), targets.Seen.Size(2));
        var scores = tokens.To(weight.DType).Affine(weight, bias).Reshape(batch, cameras, -1, things, 3).Slice(4, 0, 1)
            .Reshape(batch, cameras, -1, things).Permute(0, 1, 3, 2).Contiguous();
        var places = (int)scores.Size(3);
        var (values, wanted, seen) = (scores.ToArray<float>(), targets.Token.ToArray<long>(), targets.Seen.ToArray<float>());
        var (right, all) = (0, 0);
        for (var i = 0; i < seen.Length; i++)
        {
            if (seen[i] == 0) continue;
            var row = values.AsSpan(i * places, places);
            all++;
            if (row.IndexOf(Max(row)) == wanted[i]) right++;
        }

        return all == 0 ? double.NaN : (double)right / all;
    }

    private static float Max(ReadOnlySpan<float> values)
    {
        var max = float.NegativeInfinity;
        foreach (var value in values) max = Math.Max(max, value);
        return max;
    }
}
