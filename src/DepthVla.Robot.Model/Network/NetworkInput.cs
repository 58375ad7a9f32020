using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>What the network sees, as tensors on its device.</summary>
/// <remarks>
/// Leaving absent cameras and text padding out is exact: positions count only real tokens and nobody sees the others. Serving does
/// that and needs no masks. A batch whose rows differ keeps them and says so in the masks.
/// </remarks>
/// <param name="Images">[B, C, 3, S, S], SigLIP's range [−1, 1].</param>
/// <param name="DepthImages">[B, C, 3, D, D], ImageNet-normalised; null without a depth expert.</param>
/// <param name="Tokens">int64 [B, L], the prompt.</param>
/// <param name="State">[B, state_dim], normalised and padded.</param>
/// <param name="CameraMask">[B][C], false = absent; null = all there.</param>
/// <param name="TokenMask">[B][L], false = padding; null = none.</param>
internal sealed record NetworkInput(
    Tensor Images, Tensor? DepthImages, Tensor Tokens, Tensor State, bool[][]? CameraMask = null, bool[][]? TokenMask = null);
