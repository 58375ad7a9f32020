using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Benchmarks.Model;

/// <summary>Bytes that each stage must read of weights and of the prefix's keys and values, from the config, batch 1; what it writes is small beside that.</summary>
/// <remarks>
/// To check by hand: depthvla-3b in bfloat16 reads, in GB, 0.83 for vision, 3.96 for prefill, 1.23 for depth (DINOv2 0.61, decoder 0.62) and some 0.64 in
/// each flow step. The text table is left out: only a prompt's rows are read.
/// </remarks>
internal static class StageBytes
{
    internal static double Of(NetworkConfig network, Stage stage, int cameras, int textTokens, int elementBytes) => elementBytes * stage switch
    {
        Stage.Vision => Vision(network.Vision),
        Stage.Prefill => Transformer(network.Vlm),
        Stage.Depth when network.HasDepth => DepthEncoder(network.DepthEncoder!) + Transformer(network.DepthDecoder!),
        Stage.Denoise => network.NumSteps * (Transformer(network.ActionExpert!) + Heads(network) + Seen(network, cameras, textTokens)),
        _ => 0,
    };

    private static double Vision(VisionConfig v) =>
        v.NumHiddenLayers * (4.0 * v.HiddenSize * v.HiddenSize + 2.0 * v.HiddenSize * v.IntermediateSize) + v.HiddenSize * (3.0 * v.PatchSize * v.PatchSize + v.ProjectionDim);

    private static double DepthEncoder(DepthEncoderConfig e) => e.Depth * (4.0 * e.EmbedDim * e.EmbedDim + 2.0 * e.EmbedDim * e.MlpDim) + e.EmbedDim * 3.0 * e.PatchSize * e.PatchSize;

    private static double Transformer(TransformerConfig t) =>
        t.Depth * (t.Width * (2.0 * t.NumHeads * t.HeadDim + 2.0 * t.NumKvHeads * t.HeadDim) + 3.0 * t.Width * t.MlpDim);

    private static double Heads(NetworkConfig network) => network.ActionExpert!.Width * (2.0 * network.ActionDim + 3.0 * network.ActionExpert.Width);

    private static double Seen(NetworkConfig network, int cameras, int textTokens)
    {
        var tokens = cameras * (network.ImageTokens + (network.Attention.ActionSeesDepth ? network.DepthTokens : 0)) + textTokens;
        return 2.0 * network.ActionExpert!.Depth * tokens * network.ActionExpert.NumKvHeads * network.ActionExpert.HeadDim;
    }
}
