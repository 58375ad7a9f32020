using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Encoders;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>DINOv2, a decoder of the VLM's transformer kind, and a linear head that predicts log depth.</summary>
internal sealed class DepthExpert : IDisposable
{
    private readonly DepthHeadConfig _config;
    private readonly DinoV2Encoder _encoder;
    private readonly Linear _head;
    private readonly long _side;
    private readonly long _patch;

    internal DepthExpert(NetworkConfig config, WeightStore weights)
    {
        _config = config.DepthHead!;
        _encoder = new DinoV2Encoder(config.DepthEncoder!, weights, "depth.encoder");
        Decoder = new Expert(config.DepthDecoder!, config.RmsNormEps, weights, "depth.decoder");
        _head = Linear.Head(weights, "depth.head");
        (_side, _patch) = (config.DepthImageSize / config.DepthEncoder!.PatchSize, config.DepthEncoder.PatchSize);
    }

    internal Expert Decoder { get; }

    internal DinoV2Encoder Encoder => _encoder;

    /// <summary>images [B, C, 3, D, D] → the patch tokens of every camera [B, C·P, W]; the class token is dropped.</summary>
    internal Tensor Encode(Tensor images)
    {
        var (batch, cameras, size) = (images.Size(0), images.Size(1), images.Size(3));
        var tokens = _encoder.Forward(images.Reshape(batch * cameras, 3, size, size));           // [B·C, 1 + P, W]
        return tokens.Slice(1, 1, tokens.Size(1)).Reshape(batch, cameras * (tokens.Size(1) - 1), -1);
    }

    /// <summary>The decoder's normed outputs [B, C·P, W] → log depth [B, C, D, D], log m; one value a patch is repeated over it.</summary>
    internal Tensor LogDepth(Tensor output)
    {
        var batch = output.Size(0);
        var cameras = output.Size(1) / (_side * _side);
        var z = _head.Forward(output);                                                           // [B, C·P, 1 or patch²]
        z = _config.Pixels == 1 ? z.Expand(batch, z.Size(1), _patch * _patch) : z;
        return z.Reshape(batch, cameras, _side, _side, _patch, _patch)                           // a patch's values are its rows
            .Permute(0, 1, 2, 4, 3, 5).Reshape(batch, cameras, _side * _patch, _side * _patch);
    }

    /// <summary>Log depth inside the range that counts.</summary>
    internal Tensor Clamp(Tensor logDepth) => logDepth.Clamp(_config.LogDepthMin, _config.LogDepthMax);

    /// <summary>Log depth → depth, m.</summary>
    internal Tensor Metres(Tensor logDepth) => Clamp(logDepth).Exp();

    public void Dispose() => _encoder.Dispose();
}
