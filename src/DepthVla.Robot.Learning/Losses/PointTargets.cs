using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Learning.Losses;

/// <summary>In which image token each of K things is, and where inside it.</summary>
/// <param name="Token">int64 [B, C, K, 1]: index of the token among those of its camera.</param>
/// <param name="Offset">[B, C, K, 2]: from the token's middle, in tokens, −½ … ½.</param>
/// <param name="Seen">[B, C, K], 1 where the thing is in the picture, else 0.</param>
/// <param name="Named">The same three for the two things an instruction names: object and goal.</param>
internal sealed record PointTargets(Tensor Token, Tensor Offset, Tensor Seen, PointTargets? Named)
{
    /// <param name="points">[N, K, 3]: u, v in 0 … 1 and depth, m; N = B·C.</param>
    /// <param name="batch">B</param>
    /// <param name="cameras">C</param>
    /// <param name="side">Tokens along a picture's side.</param>
    /// <param name="device">where</param>
    /// <param name="named">see the record</param>
    internal static PointTargets Of(ReadOnlySpan<float> points, int batch, int cameras, int side, TorchDevice device, PointTargets? named = null)
    {
        var things = points.Length / 3 / (batch * cameras);
        var (tokens, offsets, seen) = (new long[points.Length / 3], new float[points.Length / 3 * 2], new float[points.Length / 3]);
        for (var i = 0; i < tokens.Length; i++)
        {
            var (u, v, depth) = (points[3 * i], points[3 * i + 1], points[3 * i + 2]);
            if (!(u > 0 && u < 1 && v > 0 && v < 1 && depth > 0)) continue;
            var (column, row) = ((int)(u * side), (int)(v * side));
            (tokens[i], seen[i]) = (row * side + column, 1);
            (offsets[2 * i], offsets[2 * i + 1]) = (u * side - column - 0.5f, v * side - row - 0.5f);
        }

        return new PointTargets(
            Tensor.From<long>(tokens, [batch, cameras, things, 1], device), Tensor.From<float>(offsets, [batch, cameras, things, 2], device),
            Tensor.From<float>(seen, [batch, cameras, things], device), named);
    }
}
