using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>Floating-point operations of each stage, from the config: two a multiply-add, products and attention only, batch 1.</summary>
/// <remarks>
/// To check by hand: depthvla-3b with two cameras, 48 text tokens and 50 steps takes, in TFLOP, 0.440 for vision, 2.266 for prefill, 0.682 for depth
/// (DINOv2 0.324, decoder 0.358) and 0.398 for ten flow steps. With the state token in every step, as training runs it, those would be 0.405;
/// serving computes it once. The depth head (0.2 GFLOP) runs only when depth is asked for and is left out; so is the ablation without block mask.
/// </remarks>
internal static class StageFlops
{
    internal static double Of(NetworkConfig network, Stage stage, int cameras, int textTokens) => stage switch
    {
        Stage.Vision => 2 * cameras * Vision(network),
        Stage.Prefill => 2 * Transformer(network.Vlm, cameras * network.ImageTokens + textTokens, 0),
        Stage.Depth when network.HasDepth => 2 * (cameras * DepthEncoder(network) + DepthDecoder(network, cameras)),
        Stage.Denoise => 2 * Flow(network, cameras * network.ImageTokens + textTokens, cameras * network.DepthTokens),
        _ => 0,
    };

    private static double Vision(NetworkConfig network)
    {
        var (v, tokens) = (network.Vision, (double)network.ImageTokens);
        var layer = tokens * (4.0 * v.HiddenSize * v.HiddenSize + 2.0 * v.HiddenSize * v.IntermediateSize) + 2 * tokens * tokens * v.HiddenSize;
        return v.NumHiddenLayers * layer + tokens * v.HiddenSize * (3.0 * v.PatchSize * v.PatchSize + v.ProjectionDim);
    }

    private static double DepthEncoder(NetworkConfig network)
    {
        var (e, tokens) = (network.DepthEncoder!, network.DepthTokens + 1.0);
        var block = tokens * (4.0 * e.EmbedDim * e.EmbedDim + 2.0 * e.EmbedDim * e.MlpDim) + 2 * tokens * tokens * e.EmbedDim;
        return e.Depth * block + tokens * e.EmbedDim * 3.0 * e.PatchSize * e.PatchSize;
    }

    private static double DepthDecoder(NetworkConfig network, int cameras) => network.Attention.CrossCamera
        ? Transformer(network.DepthDecoder!, cameras * network.DepthTokens, 0)
        : cameras * Transformer(network.DepthDecoder!, network.DepthTokens, 0);

    /// <summary>The state token once, then every step of the flow.</summary>
    private static double Flow(NetworkConfig network, int vlm, int depth)
    {
        var expert = network.ActionExpert ?? throw new NotSupportedException("the operations of a U-Net are not counted");
        var (tokens, w) = ((double)network.ActionHorizon, (double)expert.Width);
        var seen = vlm + (network.Attention.ActionSeesDepth ? depth : 0);
        var inOut = tokens * 2 * w * network.ActionDim;
        if (expert.AdaptiveNorm)
        {
            // Time goes through its MLP once a step, and from there to scale, shift and gate of every norm.
            var condition = 2 * w * w + (2 * expert.Depth + 1) * 3 * w * w;
            return network.NumSteps * (Transformer(expert, tokens, seen) + inOut + condition);
        }

        var state = Transformer(expert, 1, vlm + (network.Attention.StateSeesDepth ? depth : 0)) + w * network.StateDim;
        return state + network.NumSteps * (Transformer(expert, tokens, seen + 1) + inOut + tokens * 3 * w * w);
    }

    // Multiply-adds of tokens that see each other and what came before.
    private static double Transformer(TransformerConfig t, double tokens, double past)
    {
        var (q, kv) = ((double)t.NumHeads * t.HeadDim, (double)t.NumKvHeads * t.HeadDim);
        var layer = tokens * (2.0 * t.Width * q + 2.0 * t.Width * kv + 3.0 * t.Width * t.MlpDim) + 2 * tokens * (tokens + past) * q;
        return t.Depth * layer;
    }
}
