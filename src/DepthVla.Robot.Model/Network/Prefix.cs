using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>What is wanted of a prefix besides keys and values.</summary>
[Flags]
internal enum PrefixOutputs
{
    /// <summary>Nothing: the last layers stop at their keys and values.</summary>
    None = 0,

    /// <summary>The VLM's last tokens.</summary>
    Vlm = 1,

    /// <summary>The depth decoder's last tokens, from which depth is read.</summary>
    Depth = 2,

    /// <summary>Both.</summary>
    All = Vlm | Depth,
}

/// <summary>All that the flow steps need of an observation: computed once, read in every step.</summary>
/// <param name="Vlm">Keys and values of the VLM's tokens.</param>
/// <param name="Depth">Keys and values of the depth expert's tokens; null for π0.</param>
/// <param name="DepthOutput">The depth decoder's tokens after its final norm [B, C·P, W]; null for π0, or when not asked for.</param>
/// <param name="VlmHidden">The VLM's tokens before its final norm [B, T, W]; null when not asked for.</param>
/// <param name="VlmInput">The VLM's tokens as they went into its first layer [B, T, W].</param>
/// <param name="VlmLastInput">The VLM's tokens as they went into its last layer [B, T, W]: the most that actions can read of them.</param>
/// <param name="SeenByActions">Keys and values that action tokens see: VLM, depth, state.</param>
/// <param name="ActionPositions">Rotary angles of the action tokens.</param>
/// <param name="ActionMask">bool [B, 1, 1, seen + H], or null when nothing is padding.</param>
internal sealed record Prefix(
    KeyValueCache Vlm,
    KeyValueCache? Depth,
    Tensor? DepthOutput,
    Tensor? VlmHidden,
    Tensor VlmInput,
    Tensor VlmLastInput,
    KeyValueCache SeenByActions,
    RotaryAngles ActionPositions,
    Tensor? ActionMask)
{
    /// <summary>The same prefix for <paramref name="draws"/> noisy chunks a batch row: row b becomes rows b·draws … of all that the flow reads.</summary>
    internal Prefix ForDraws(int draws) => draws == 1 ? this : this with
    {
        SeenByActions = SeenByActions.Select(kv => kv.RepeatRows(draws)),
        ActionPositions = new RotaryAngles(ActionPositions.Cos.RepeatRows(draws), ActionPositions.Sin.RepeatRows(draws)),
        ActionMask = ActionMask?.RepeatRows(draws),
    };
}
