using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>What depends on nothing but which tokens there are: positions and masks, as tensors.</summary>
/// <remarks>Masks are null where there is nothing to hide. Made once for inputs that lack nothing; see <see cref="TokenLayout"/> for the numbers.</remarks>
internal sealed class TokenPlan : IDisposable
{
    private readonly NetworkConfig _config;
    private readonly TokenLayout _layout;
    private readonly Rotary _rotary;
    private readonly TorchDevice _device;

    internal TokenPlan(NetworkConfig config, NetworkInput input, Rotary rotary, TorchDevice device)
    {
        (_config, _layout, _rotary, _device) = (config, new TokenLayout(config, input), rotary, device);
        var (attention, valid, suffix) = (config.Attention, _layout.VlmValid, _layout.SuffixPositions);
        Vlm = rotary.At(_layout.VlmPositions);
        Actions = rotary.At([.. suffix.Select(p => p[^config.ActionHorizon..])]);
        VlmMask = Keys(valid);
        if (config.HasDepth)
        {
            Depth = rotary.At(_layout.DepthPositions);
            DepthOfOne = attention.CrossCamera ? Depth : rotary.At([.. _layout.DepthPositions.SelectMany(row => row.Chunk(config.DepthTokens))]);
            DepthMask = Keys(_layout.DepthValid);
            if (!attention.BlockMask) PrefixMask = MaskOfBoth();
        }

        var seen = config.HasDepth && attention.ActionSeesDepth ? Joined(valid, _layout.DepthValid) : valid;
        if (HasState)
        {
            State = rotary.At([.. suffix.Select(p => p[..1])]);
            StateMask = Keys(Padded(config.HasDepth && attention.StateSeesDepth ? Joined(valid, _layout.DepthValid) : valid, 1));
            seen = Padded(seen, 1);
        }

        ActionMask = Keys(Padded(seen, config.ActionHorizon));
    }

    /// <summary>Whether a state token stands before the actions.</summary>
    internal bool HasState => _layout.HasStateToken;

    internal RotaryAngles Vlm { get; }

    /// <summary>[B, 1, 1, T]</summary>
    internal Tensor? VlmMask { get; }

    internal RotaryAngles Depth { get; }

    /// <summary>Of depth tokens where each camera is a batch row of its own; as <see cref="Depth"/> where they see each other.</summary>
    internal RotaryAngles DepthOfOne { get; }

    /// <summary>[B, 1, 1, T]</summary>
    internal Tensor? DepthMask { get; }

    /// <summary>VLM and depth as one stream: [B, 1, S, S] where a camera's depth is its own, else as little as padding needs.</summary>
    internal Tensor? PrefixMask { get; }

    internal RotaryAngles State { get; }

    /// <summary>[B, 1, 1, seen + 1]</summary>
    internal Tensor? StateMask { get; }

    internal RotaryAngles Actions { get; }

    /// <summary>[B, 1, 1, seen + H]</summary>
    internal Tensor? ActionMask { get; }

    /// <summary>Takes its tensors out of their scope: from now on it is disposed by its owner.</summary>
    internal TokenPlan OutliveScope()
    {
        foreach (var tensor in Tensors) tensor.OutliveScope();
        return this;
    }

    public void Dispose()
    {
        foreach (var tensor in Tensors) tensor.Dispose();
    }

    /// <summary>Positions of state and actions together, for a pass over all tokens.</summary>
    internal RotaryAngles Suffix() => _rotary.At(_layout.SuffixPositions);

    /// <summary>[B, 1, T, T] over all tokens. Padding sees itself here, so that no row is empty; nobody reads what it makes of that.</summary>
    internal Tensor JointMask()
    {
        var rows = AttentionMask.Build(_config, _layout);
        var tokens = (int)Math.Sqrt(rows[0].Length);
        foreach (var row in rows) for (var i = 0; i < tokens; i++) row[i * tokens + i] = true;
        return Tensor.From<bool>([.. rows.SelectMany(row => row)], [rows.Length, 1, tokens, tokens], _device);
    }

    private IEnumerable<Tensor> Tensors => ((RotaryAngles[])[Vlm, Depth, DepthOfOne, State, Actions])
        .SelectMany<RotaryAngles, Tensor?>(angles => [angles.Cos, angles.Sin]).Concat([VlmMask, DepthMask, PrefixMask, StateMask, ActionMask]).OfType<Tensor>();

    private Tensor? MaskOfBoth()
    {
        var valid = Joined(_layout.VlmValid, _layout.DepthValid);
        if (_config.Attention.CrossCamera) return Keys(valid);
        var tokens = valid[0].Length;
        return JointMask().Slice(2, 0, tokens).Slice(3, 0, tokens);                              // no prefix token sees the suffix
    }

    private Tensor? Keys(bool[][] valid) => AttentionMask.Keys(_layout, valid, _device);

    private static bool[][] Joined(bool[][] a, bool[][] b) => [.. a.Zip(b, (x, y) => x.Concat(y).ToArray())];

    private static bool[][] Padded(bool[][] rows, int more) => [.. rows.Select(row => row.Concat(Enumerable.Repeat(true, more)).ToArray())];
}
