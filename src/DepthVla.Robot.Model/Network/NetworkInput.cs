using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>What the network sees, as tensors on its device.</summary>
/// <remarks>
/// Leaving absent cameras and text padding out is exact: positions count only real tokens and nobody sees the others. Serving does
/// that and needs no masks. A batch whose rows differ keeps them and says so in the masks.
/// </remarks>
/// <param name="Images">[B, C, 3, S, S], SigLIP's range [−1, 1].</param>
/// <param name="DepthImages">[B, C, 3, D, D], ImageNet-normalised, less the rows whose depth is known; null without a depth expert, or when all is known.</param>
/// <param name="Tokens">The prompt: ids int64 [B, L], or [B, L, W] as <see cref="IActionNetwork.EmbedText"/> makes of them.</param>
/// <param name="State">[B, state_dim], normalised and padded.</param>
/// <param name="CameraMask">[B][C], false = absent; null = all there.</param>
/// <param name="TokenMask">[B][L], false = padding; null = none.</param>
/// <param name="KnownDepth">Depth that was read before; null: none. Not together with a camera mask.</param>
internal sealed record NetworkInput(
    Tensor Images, Tensor? DepthImages, Tensor Tokens, Tensor State, bool[][]? CameraMask = null, bool[][]? TokenMask = null, KnownDepth? KnownDepth = null)
{
    /// <summary>Several observations as one batch: prompts of different lengths are filled up and masked.</summary>
    /// <param name="rows">Of one row each, without masks, and of the same cameras.</param>
    internal static NetworkInput Join(IReadOnlyList<NetworkInput> rows)
    {
        if (rows.Count == 1) return rows[0];
        var longest = rows.Max(row => row.Tokens.Size(1));
        Tensor Filled(Tensor tokens) => tokens.Size(1) == longest ? tokens
            : Tensor.Cat([tokens, Tensor.Full(0, [1, longest - tokens.Size(1), .. tokens.Shape[2..]], tokens.DType, tokens.Device)], 1);
        var isRagged = rows.Any(row => row.Tokens.Size(1) < longest);
        return new NetworkInput(
            Tensor.Cat([.. rows.Select(row => row.Images)], 0),
            rows.Select(row => row.DepthImages).OfType<Tensor>().ToArray() is { Length: > 0 } depth ? Tensor.Cat(depth, 0) : null,
            Tensor.Cat([.. rows.Select(row => Filled(row.Tokens))], 0),
            Tensor.Cat([.. rows.Select(row => row.State)], 0),
            TokenMask: isRagged ? [.. rows.Select(row => Enumerable.Range(0, (int)longest).Select(i => i < row.Tokens.Size(1)).ToArray())] : null,
            KnownDepth: KnownDepth.Join([.. rows.Select(row => row.KnownDepth)]));
    }
}
