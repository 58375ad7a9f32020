using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Experts;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>The depth expert by itself: what it computes as a prefix of <see cref="DepthVlaNetwork"/>, from the parameters "depth.*" alone.</summary>
/// <remarks>Exact where VLM and depth do not see each other (attention.block_mask). Tensors belong to the caller's <see cref="TensorScope"/>.</remarks>
internal sealed class DepthNetwork : IDisposable
{
    private readonly NetworkConfig _config;
    private readonly WeightStore _weights;
    private readonly DepthExpert _expert;
    private readonly Rotary _rotary;

    internal DepthNetwork(NetworkConfig config, WeightStore weights)
    {
        (_config, _weights) = (config, weights);
        using var scope = new TensorScope();
        _expert = new DepthExpert(config, weights);
        _rotary = new Rotary(TokenLayout.MaxPositions(config), config.Vlm.HeadDim, config.RopeTheta, weights.Precision.Wide, weights.Device);
    }

    /// <summary>pictures [B, C, 3, D, D], ImageNet-normalised, all there → log depth [B, C, D, D], log m, inside the range that counts.</summary>
    internal Tensor LogDepth(Tensor pictures)
    {
        using var scope = new TensorScope();
        var (batch, cameras, patches) = (pictures.Size(0), pictures.Size(1), (long)_config.DepthTokens);
        var together = _config.Attention.CrossCamera ? cameras : 1;      // cameras that see each other count their positions on
        var rows = batch * cameras / together;
        var tokens = _expert.Encode(pictures).Reshape(rows, together * patches, -1);             // [rows, T, W]
        long[] counted = [.. Enumerable.Range(0, (int)(together * patches)).Select(i => (long)_config.Positions.DepthStart + i)];
        var positions = _rotary.At([.. Enumerable.Repeat(counted, (int)rows)]);
        var hidden = LockStep.Run([new TokenStream(_expert.Decoder, tokens, positions)], null, null)[0].Hidden;
        var output = _expert.Decoder.Norm(hidden).Reshape(batch, cameras * patches, -1);         // [B, C·P, W]
        return scope.Keep(_expert.Clamp(_expert.LogDepth(output)));
    }

    public void Dispose()
    {
        _expert.Dispose();
        _rotary.Dispose();
        _weights.Dispose();
    }
}
