using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Continuing;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>DepthVLA (arXiv 2510.13375): a VLM, a depth expert and an action expert that share the attention of every layer.</summary>
/// <remarks>
/// <code>
///  pictures ─┬─ SigLIP ─ projector ─┐
///            │              text ───┴─► VLM    ─┐ keys and values of every layer
///            └─ DINOv2 ───────────────► depth  ─┤
///  state, noisy actions, time ────────► action ◄┘─► velocity
/// </code>
/// VLM and depth never see each other nor the actions, so each is computed once an observation; only the action expert runs in every
/// flow step. Without a depth expert this is π0. Tensors belong to the caller's <see cref="TensorScope"/>. For one thread at a time.
/// </remarks>
internal sealed class DepthVlaNetwork : IActionNetwork
{
    private readonly NetworkConfig _config;
    private readonly WeightStore _weights;
    private readonly Rotary _rotary;

    internal DepthVlaNetwork(NetworkConfig config, WeightStore weights)
    {
        (_config, _weights) = (config, weights);
        using var scope = new TensorScope();
        Vlm = new VisionLanguageModel(config, weights);
        Depth = config.HasDepth ? new DepthExpert(config, weights) : null;
        ActionExpert = new Expert(config.ActionExpert!, config.RmsNormEps, weights, "action");
        Heads = new ActionHeads(config, weights);
        _rotary = new Rotary(TokenLayout.MaxPositions(config), config.Vlm.HeadDim, config.RopeTheta, weights.Precision.Wide, weights.Device);
    }

    internal VisionLanguageModel Vlm { get; }

    internal DepthExpert? Depth { get; }

    internal Expert ActionExpert { get; }

    internal ActionHeads Heads { get; }

    /// <summary>Tokens a camera in the VLM's stream.</summary>
    internal int ImageTokens => _config.ImageTokens;

    internal TorchDevice Device => _weights.Device;

    /// <inheritdoc/>
    public ComputePrecision Precision => _weights.Precision;

    /// <summary>Reads an observation once: everything that does not depend on the flow, and of the rest only what is asked for.</summary>
    internal Prefix ComputePrefix(NetworkInput input, StageClock clock, PrefixOutputs outputs = PrefixOutputs.All)
    {
        var (vlmCacheOnly, depthCacheOnly) = (!outputs.HasFlag(PrefixOutputs.Vlm), !outputs.HasFlag(PrefixOutputs.Depth));
        var layout = new TokenLayout(_config, input);
        var vlmPositions = _rotary.At(layout.VlmPositions);

        var vlmTokens = clock.Measure(Stage.Vision, () => Tensor.Cat([Vlm.EmbedImages(input.Images), Vlm.EmbedText(input.Tokens)], 1));
        var vlmStream = new TokenStream(Vlm.Decoder, vlmTokens, vlmPositions);                   // [B, C·P + L, W]

        if (Depth is null)
        {
            var alone = clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream], null, KeyMask(layout, layout.VlmValid), vlmCacheOnly))[0];
            return Complete(input, layout, vlmTokens, alone, null, outputs, clock);
        }

        if (_config.Attention.BlockMask)
        {
            var vlm = clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream], null, KeyMask(layout, layout.VlmValid), vlmCacheOnly))[0];
            var depth = clock.Measure(Stage.Depth, () => RunDepth(DepthStream(input, layout), layout, depthCacheOnly));
            return Complete(input, layout, vlmTokens, vlm, depth, outputs, clock);
        }

        // The paper's ablation: the two prefixes see each other, so they run together.
        var depthStream = clock.Measure(Stage.Depth, () => DepthStream(input, layout));
        var mask = PrefixMask(layout);
        var both = clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream, depthStream], null, mask, vlmCacheOnly && depthCacheOnly));
        return Complete(input, layout, vlmTokens, both[0], both[1], outputs, clock);
    }

    /// <inheritdoc/>
    public Sampled Sample(NetworkInput input, Tensor noise, bool wantDepth, StageClock clock, RunningSteps? running = null)
    {
        var prefix = ComputePrefix(input, clock, wantDepth ? PrefixOutputs.Depth : PrefixOutputs.None);
        var actions = clock.Measure(Stage.Denoise, () => running is null
            ? FlowSampler.Sample(noise, _config.NumSteps, (x, t) => Velocity(prefix, x, [.. Enumerable.Repeat(t, (int)x.Size(0))]))
            : ContinuedFlow.Sample(noise, _config.NumSteps, running, (x, times) => Velocity(prefix, x, times)));
        return new(actions, wantDepth && Depth is not null ? clock.Measure(Stage.Depth, () => Depth.Metres(Depth.LogDepth(prefix.DepthOutput!)).To(DType.Float32)) : null);
    }

    /// <summary>One flow step: noisy actions [B, H, action_dim] at times t, [B] or [B·H] → velocity [B, H, action_dim].</summary>
    internal Tensor Velocity(Prefix prefix, Tensor noisy, IReadOnlyList<double> times)
    {
        using var scope = new TensorScope();
        var (tokens, condition) = Heads.ActionTokens(noisy, times);                              // [B, H, W]
        var stream = new TokenStream(ActionExpert, tokens, prefix.ActionPositions, condition);
        var hidden = LockStep.Run([stream], prefix.SeenByActions, prefix.ActionMask)[0].Hidden;  // [B, H, W]
        return scope.Keep(Heads.Velocity(ActionExpert.Norm(hidden, condition)));
    }

    /// <summary>The same velocity in one pass over all tokens under one mask, nothing cached; and the depth output: the reference for the others.</summary>
    internal (Tensor Velocity, Tensor? DepthOutput) JointPass(NetworkInput input, Tensor noisy, IReadOnlyList<double> times)
    {
        using var scope = new TensorScope();
        var layout = new TokenLayout(_config, input);
        var (actions, condition) = Heads.ActionTokens(noisy, times);
        var suffix = layout.HasStateToken ? Tensor.Cat([Heads.StateToken(input.State), actions], 1) : actions;

        var vlmTokens = Tensor.Cat([Vlm.EmbedImages(input.Images), Vlm.EmbedText(input.Tokens)], 1);
        List<TokenStream> streams = [new(Vlm.Decoder, vlmTokens, _rotary.At(layout.VlmPositions))];
        if (Depth is not null) streams.Add(DepthStream(input, layout));
        streams.Add(new(ActionExpert, suffix, _rotary.At(layout.SuffixPositions), condition));

        var results = LockStep.Run(streams, null, JointMask(layout));
        var hidden = results[^1].Hidden;                                                         // [B, state + H, W]
        var output = ActionExpert.Norm(hidden.Slice(1, hidden.Size(1) - _config.ActionHorizon, hidden.Size(1)), condition);
        var depth = Depth is null ? null : scope.Keep(Depth.Decoder.Norm(results[1].Hidden));
        return (scope.Keep(Heads.Velocity(output)), depth);
    }

    public void Dispose()
    {
        Depth?.Dispose();
        _rotary.Dispose();
        _weights.Dispose();
    }

    private Prefix Complete(
        NetworkInput input, TokenLayout layout, Tensor vlmTokens, StreamResult vlm, StreamResult? depth, PrefixOutputs outputs, StageClock clock)
    {
        var rules = _config.Attention;
        var caches = new List<KeyValueCache> { vlm.Cache };
        var valid = layout.VlmValid;
        if (depth is { } forActions && rules.ActionSeesDepth)
        {
            caches.Add(forActions.Cache);
            valid = Joined(valid, layout.DepthValid);
        }

        if (layout.HasStateToken)
        {
            var seen = depth is { } forState && rules.StateSeesDepth ? Joined(layout.VlmValid, layout.DepthValid) : layout.VlmValid;
            var past = depth is { } d && rules.StateSeesDepth ? KeyValueCache.Join(vlm.Cache, d.Cache) : vlm.Cache;
            caches.Add(clock.Measure(Stage.Denoise, () => RunState(input, layout, past, KeyMask(layout, Padded(seen, 1)))));
            valid = Padded(valid, 1);
        }

        return new Prefix(
            vlm.Cache, depth?.Cache, depth is { } result && outputs.HasFlag(PrefixOutputs.Depth) ? Depth!.Decoder.Norm(result.Hidden) : null,
            outputs.HasFlag(PrefixOutputs.Vlm) ? vlm.Hidden : null, vlmTokens, vlm.LastInput,
            KeyValueCache.Join(caches),
            _rotary.At([.. layout.SuffixPositions.Select(p => p[^_config.ActionHorizon..])]),
            KeyMask(layout, Padded(valid, _config.ActionHorizon)));
    }

    // The state token depends on neither time nor noise: its keys and values join the prefix.
    private KeyValueCache RunState(NetworkInput input, TokenLayout layout, KeyValueCache past, Tensor? mask)
    {
        var positions = _rotary.At([.. layout.SuffixPositions.Select(p => p[..1])]);
        return LockStep.Run([new(ActionExpert, Heads.StateToken(input.State), positions)], past, mask, cacheOnly: true)[0].Cache;
    }

    private TokenStream DepthStream(NetworkInput input, TokenLayout layout)
    {
        var images = input.DepthImages ?? throw new ArgumentException("this network has a depth expert: DepthImages are needed", nameof(input));
        return new(Depth!.Decoder, Depth.Encode(images), _rotary.At(layout.DepthPositions));     // [B, C·P, W]
    }

    private StreamResult RunDepth(TokenStream stream, TokenLayout layout, bool cacheOnly)
    {
        if (_config.Attention.CrossCamera) return LockStep.Run([stream], null, KeyMask(layout, layout.DepthValid), cacheOnly)[0];

        // A camera that sees only itself is a batch row of its own.
        var (batch, patches, heads) = (stream.Tokens.Size(0), (long)_config.DepthTokens, (long)_config.Vlm.NumKvHeads);
        var cameras = stream.Tokens.Size(1) / patches;
        var positions = _rotary.At([.. layout.DepthPositions.SelectMany(row => row.Chunk((int)patches))]);
        var split = new TokenStream(stream.Expert, stream.Tokens.Reshape(batch * cameras, patches, -1), positions);
        var result = LockStep.Run([split], null, null, cacheOnly)[0];
        return new StreamResult(
            result.Hidden.Reshape(batch, cameras * patches, -1),
            result.LastInput.Reshape(batch, cameras * patches, -1),
            result.Cache.Select(kv => kv.Reshape(batch, cameras, heads, patches, -1).Transpose(1, 2).Reshape(batch, heads, cameras * patches, -1)));
    }

    private Tensor? KeyMask(TokenLayout layout, bool[][] valid) => AttentionMask.Keys(layout, valid, Device);

    /// <summary>VLM and depth under one mask: [B, 1, S, S] where a camera's depth is its own, else as little as padding needs.</summary>
    private Tensor? PrefixMask(TokenLayout layout)
    {
        var valid = Joined(layout.VlmValid, layout.DepthValid);
        if (_config.Attention.CrossCamera) return KeyMask(layout, valid);
        var tokens = valid[0].Length;
        return JointMask(layout).Slice(2, 0, tokens).Slice(3, 0, tokens);                        // no prefix token sees the suffix
    }

    /// <summary>[B, 1, T, T]. Padding sees itself here, so that no row is empty; nobody reads what it makes of that.</summary>
    private Tensor JointMask(TokenLayout layout)
    {
        var rows = AttentionMask.Build(_config, layout);
        var tokens = (int)Math.Sqrt(rows[0].Length);
        foreach (var row in rows) for (var i = 0; i < tokens; i++) row[i * tokens + i] = true;
        return Tensor.From<bool>([.. rows.SelectMany(row => row)], [rows.Length, 1, tokens, tokens], Device);
    }

    private static bool[][] Joined(bool[][] a, bool[][] b) => [.. a.Zip(b, (x, y) => x.Concat(y).ToArray())];

    private static bool[][] Padded(bool[][] rows, int more) => [.. rows.Select(row => row.Concat(Enumerable.Repeat(true, more)).ToArray())];
}
