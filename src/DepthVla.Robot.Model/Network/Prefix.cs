using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>All that the flow steps need of an observation: computed once, read in every step.</summary>
/// <param name="Vlm">Keys and values of the VLM's tokens.</param>
/// <param name="Depth">Keys and values of the depth expert's tokens; null for π0.</param>
/// <param name="DepthOutput">The depth decoder's tokens after its final norm [B, C·P, W]; null for π0.</param>
/// <param name="VlmHidden">The VLM's tokens before its final norm [B, T, W].</param>
/// <param name="SeenByActions">Keys and values that action tokens see: VLM, depth, state.</param>
/// <param name="ActionPositions">Rotary angles of the action tokens.</param>
/// <param name="ActionMask">bool [B, 1, 1, seen + H], or null when nothing is padding.</param>
internal sealed record Prefix(
    KeyValueCache Vlm,
    KeyValueCache? Depth,
    Tensor? DepthOutput,
    Tensor VlmHidden,
    KeyValueCache SeenByActions,
    RotaryAngles ActionPositions,
    Tensor? ActionMask);
