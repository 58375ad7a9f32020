using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Encoders;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>PaliGemma: SigLIP, a linear projector and Gemma's decoder, whose keys and values are all that the policy takes from it.</summary>
internal sealed class VisionLanguageModel(NetworkConfig config, WeightStore weights)
{
    private readonly Linear _projector = Linear.WithBias(weights, "vlm.projector");
    private readonly Tensor _embedding = weights.Compute("vlm.embed.weight");

    internal SigLipEncoder Vision { get; } = new(config.Vision, weights, "vlm.vision");

    internal Expert Decoder { get; } = new(config.Vlm, config.RmsNormEps, weights, "vlm");

    /// <summary>images [B, C, 3, S, S] → the tokens of every camera [B, C·P, W]; not scaled.</summary>
    internal Tensor EmbedImages(Tensor images)
    {
        var (batch, cameras, size) = (images.Size(0), images.Size(1), images.Size(3));
        var tokens = Project(Vision.Forward(images.Reshape(batch * cameras, 3, size, size)));    // [B·C, P, W]
        return tokens.Reshape(batch, cameras * tokens.Size(1), -1);
    }

    /// <summary>[.., SigLIP's width] → [.., W]</summary>
    internal Tensor Project(Tensor tokens) => _projector.Forward(tokens);

    /// <summary>ids int64 [B, L] → [B, L, W], scaled by √W; what is that already stays.</summary>
    internal Tensor EmbedText(Tensor text) => text.DType == DType.Int64 ? _embedding.Embedding(text) * Math.Sqrt(config.Vlm.Width) : text;
}
