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
    private readonly Beside _beside;
    private readonly Dictionary<(long Batch, long Cameras, long Text), TokenPlan> _plans = [];

    internal DepthVlaNetwork(NetworkConfig config, WeightStore weights)
    {
        (_config, _weights, _beside) = (config, weights, new Beside(weights.Device));
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
    internal Prefix ComputePrefix(NetworkInput input, IStageClock clock, PrefixOutputs outputs = PrefixOutputs.All)
    {
        var (vlmCacheOnly, depthCacheOnly) = (!outputs.HasFlag(PrefixOutputs.Vlm), !outputs.HasFlag(PrefixOutputs.Depth));
        var plan = Plan(input);
        var vlmTokens = clock.Measure(Stage.Vision, () => Tensor.Cat([Vlm.EmbedImages(input.Images), Vlm.EmbedText(input.Tokens)], 1));
        var vlmStream = new TokenStream(Vlm.Decoder, vlmTokens, plan.Vlm);                       // [B, C·P + L, W]

        if (Depth is null)
        {
            var alone = clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream], null, plan.VlmMask, vlmCacheOnly))[0];
            return Complete(input, plan, vlmTokens, alone, null, outputs, clock);
        }

        if (_config.Attention.BlockMask)
        {
            var (vlm, depth) = _beside.Run(
                () => clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream], null, plan.VlmMask, vlmCacheOnly))[0],
                () => clock.Measure(Stage.Depth, () => ReadDepth(input, plan, depthCacheOnly)));
            return Complete(input, plan, vlmTokens, vlm, depth, outputs, clock);
        }

        // The paper's ablation: the two prefixes see each other, so they run together.
        var depthStream = clock.Measure(Stage.Depth, () => DepthStream(input, plan));
        var both = clock.Measure(Stage.Prefill, () => LockStep.Run([vlmStream, depthStream], null, plan.PrefixMask, vlmCacheOnly && depthCacheOnly));
        return Complete(input, plan, vlmTokens, both[0], new(both[1].Cache, both[1].Hidden), outputs, clock);
    }

    /// <inheritdoc/>
    public Tensor EmbedText(Tensor ids) => Vlm.EmbedText(ids);

    /// <inheritdoc/>
    public Sampled Sample(NetworkInput input, Tensor noise, bool wantDepth, IStageClock clock, RunningSteps? running = null)
    {
        var prefix = ComputePrefix(input, clock, wantDepth ? PrefixOutputs.Depth : PrefixOutputs.None);
        var actions = clock.Measure(Stage.Denoise, () => running is null
            ? FlowSampler.Sample(noise, _config.NumSteps, (x, t) => Velocity(prefix, x, t))
            : ContinuedFlow.Sample(noise, _config.NumSteps, running, (x, times) => Velocity(prefix, x, times)));
        var metres = prefix.DepthOutput is { } seen ? clock.Measure(Stage.Depth, () => Depth!.Metres(Depth.LogDepth(seen)).To(DType.Float32)) : null;
        return new(actions, metres, prefix.Depth);
    }

    /// <summary>One flow step: noisy actions [B, H, action_dim] at times t, [B] or [B·H] → velocity [B, H, action_dim].</summary>
    internal Tensor Velocity(Prefix prefix, Tensor noisy, IReadOnlyList<double> times) => Velocity(prefix, () => Heads.ActionTokens(noisy, times));

    /// <summary>The same for one time that the flow always comes by: what depends on that alone is computed once.</summary>
    internal Tensor Velocity(Prefix prefix, Tensor noisy, double time) => Velocity(prefix, () => Heads.ActionTokens(noisy, time));

    /// <summary>The same velocity in one pass over all tokens under one mask, nothing cached; and the depth output: the reference for the others.</summary>
    internal (Tensor Velocity, Tensor? DepthOutput) JointPass(NetworkInput input, Tensor noisy, IReadOnlyList<double> times)
    {
        using var scope = new TensorScope();
        var plan = Plan(input);
        var (actions, condition) = Heads.ActionTokens(noisy, times);
        var suffix = plan.HasState ? Tensor.Cat([Heads.StateToken(input.State), actions], 1) : actions;

        var vlmTokens = Tensor.Cat([Vlm.EmbedImages(input.Images), Vlm.EmbedText(input.Tokens)], 1);
        List<TokenStream> streams = [new(Vlm.Decoder, vlmTokens, plan.Vlm)];
        if (Depth is not null) streams.Add(DepthStream(input, plan));
        streams.Add(new(ActionExpert, suffix, plan.Suffix(), condition));

        var results = LockStep.Run(streams, null, plan.JointMask());
        var hidden = results[^1].Hidden;                                                         // [B, state + H, W]
        var output = ActionExpert.Norm(hidden.Slice(1, hidden.Size(1) - _config.ActionHorizon, hidden.Size(1)), condition);
        var depth = Depth is null ? null : scope.Keep(Depth.Decoder.Norm(results[1].Hidden));
        return (scope.Keep(Heads.Velocity(output)), depth);
    }

    public void Dispose()
    {
        Depth?.Dispose();
        Heads.Dispose();
        foreach (var plan in _plans.Values) plan.Dispose();
        _rotary.Dispose();
        _weights.Dispose();
    }

    private Tensor Velocity(Prefix prefix, Func<(Tensor Tokens, Tensor? Condition)> actions)
    {
        using var scope = new TensorScope();
        var (tokens, condition) = actions();                                                     // [B, H, W]
        var stream = new TokenStream(ActionExpert, tokens, prefix.ActionPositions, condition);
        var hidden = LockStep.Run([stream], prefix.SeenByActions, prefix.ActionMask)[0].Hidden;  // [B, H, W]
        return scope.Keep(Heads.Velocity(ActionExpert.Norm(hidden, condition)));
    }

    // Inputs that lack nothing differ in their sizes alone.
    private TokenPlan Plan(NetworkInput input)
    {
        if (input.CameraMask is not null || input.TokenMask is not null) return new(_config, input, _rotary, Device);
        var sizes = (input.Images.Size(0), input.Images.Size(1), input.Tokens.Size(1));
        return _plans.TryGetValue(sizes, out var known) ? known : _plans[sizes] = new TokenPlan(_config, input, _rotary, Device).OutliveScope();
    }

    private Prefix Complete(
        NetworkInput input, TokenPlan plan, Tensor vlmTokens, StreamResult vlm, DepthRead? depth, PrefixOutputs outputs, IStageClock clock)
    {
        var rules = _config.Attention;
        var caches = new List<KeyValueCache> { vlm.Cache };
        if (depth is { } forActions && rules.ActionSeesDepth) caches.Add(forActions.Cache);
        if (plan.HasState)
        {
            var past = depth is { } d && rules.StateSeesDepth ? KeyValueCache.Join([vlm.Cache, d.Cache]) : vlm.Cache;
            caches.Add(clock.Measure(Stage.Denoise, () => RunState(input, plan, past)));
        }

        return new Prefix(
            vlm.Cache, depth?.Cache, depth is { Hidden: { } hidden } && outputs.HasFlag(PrefixOutputs.Depth) ? Depth!.Decoder.Norm(hidden) : null,
            outputs.HasFlag(PrefixOutputs.Vlm) ? vlm.Hidden : null, vlmTokens, vlm.LastInput,
            KeyValueCache.Join(caches, GradMode.IsOn ? 0 : _config.ActionHorizon), plan.Actions, plan.ActionMask);
    }

    // The state token depends on neither time nor noise: its keys and values join the prefix.
    private KeyValueCache RunState(NetworkInput input, TokenPlan plan, KeyValueCache past) =>
        LockStep.Run([new(ActionExpert, Heads.StateToken(input.State), plan.State)], past, plan.StateMask, cacheOnly: true)[0].Cache;

    // Rows whose depth is known are left out, and put between the others again.
    private DepthRead ReadDepth(NetworkInput input, TokenPlan plan, bool cacheOnly)
    {
        if (input.KnownDepth is { Unread: 0 } all) return new(all.With(null), null);
        var read = RunDepth(DepthStream(input, plan), plan, cacheOnly);
        return new(input.KnownDepth is { } some ? some.With(read.Cache) : read.Cache, read.Hidden);
    }

    private TokenStream DepthStream(NetworkInput input, TokenPlan plan)
    {
        var images = input.DepthImages ?? throw new ArgumentException("this network has a depth expert: DepthImages are needed", nameof(input));
        return new(Depth!.Decoder, Depth.Encode(images), plan.Depth.First(images.Size(0)));       // [B, C·P, W]
    }

    private StreamResult RunDepth(TokenStream stream, TokenPlan plan, bool cacheOnly)
    {
        var rows = stream.Tokens.Size(0);
        var mask = plan.DepthMask is { } whole && rows < whole.Size(0) ? whole.Slice(0, 0, rows) : plan.DepthMask;
        if (_config.Attention.CrossCamera) return LockStep.Run([stream], null, mask, cacheOnly)[0];

        // A camera that sees only itself is a batch row of its own.
        var (patches, heads) = ((long)_config.DepthTokens, (long)_config.Vlm.NumKvHeads);
        var cameras = stream.Tokens.Size(1) / patches;
        var split = new TokenStream(stream.Expert, stream.Tokens.Reshape(rows * cameras, patches, -1), plan.DepthOfOne.First(rows * cameras));
        var result = LockStep.Run([split], null, null, cacheOnly)[0];
        return new StreamResult(
            result.Hidden.Reshape(rows, cameras * patches, -1),
            result.LastInput.Reshape(rows, cameras * patches, -1),
            result.Cache.Select(kv => kv.Reshape(rows, cameras, heads, patches, -1).Transpose(1, 2).Reshape(rows, heads, cameras * patches, -1)));
    }

    /// <summary>The depth stream of a batch.</summary>
    /// <param name="Cache">Keys and values of all rows.</param>
    /// <param name="Hidden">The decoder's last tokens of the rows that were read now [rows, C·P, W]; null when there are none.</param>
    private readonly record struct DepthRead(KeyValueCache Cache, Tensor? Hidden);
}
