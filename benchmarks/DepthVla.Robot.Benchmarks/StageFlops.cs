using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Benchmarks;

/// <summary>Floating-point operations of each stage, from the config: two a multiply-add, products and attention only, batch 1.</summary>
internal static class StageFlops
{
    internal static double Of(NetworkConfig network, Stage stage, int cameras, int textTokens) => stage switch
    {
        Stage.Vision => 2 * cameras * Vision(network),
        Stage.Prefill => 2 * Transformer(network.Vlm, cameras * network.ImageTokens + textTokens, 0),
        Stage.Depth when network.HasDepth => 2 * (cameras * DepthEncoder(network) + Transformer(network.DepthDecoder!, cameras * network.DepthTokens, 0)),
        Stage.Denoise => 2 * network.NumSteps * FlowStep(network, cameras * (network.ImageTokens + network.DepthTokens) + textTokens),
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

    private static double FlowStep(NetworkConfig network, int seen)
    {
        var (w, tokens) = ((double)network.ActionExpert.Width, (double)network.ActionHorizon);
        var heads = tokens * (2.0 * w * network.ActionDim + (network.ActionExpert.AdaptiveNorm ? w * w : 2 * w * w) + w * w);
        return Transformer(network.ActionExpert, tokens, seen + 1) + heads;
    }

    // Multiply-adds of tokens that see each other and what came before.
    private static double Transformer(TransformerConfig t, double tokens, double past)
    {
        var (q, kv) = ((double)t.NumHeads * t.HeadDim, (double)t.NumKvHeads * t.HeadDim);
        var layer = tokens * (2.0 * t.Width * q + 2.0 * t.Width * kv + 3.0 * t.Width * t.MlpDim) + 2 * tokens * (tokens + past) * q;
        return t.Depth * layer;
    }
}
