using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>A transformer with its own weights and width that meets the others in the attention of every layer.</summary>
internal sealed class Expert
{
    private readonly IRmsNorm _norm;

    internal Expert(TransformerConfig config, double epsilon, WeightStore weights, string name)
    {
        Layers = [.. Enumerable.Range(0, config.Depth).Select(i => new ExpertLayer(config, epsilon, weights, $"{name}.layers.{i}"))];
        _norm = IRmsNorm.Load(weights, $"{name}.norm", epsilon, config.AdaptiveNorm);
    }

    internal IReadOnlyList<ExpertLayer> Layers { get; }

    /// <summary>The final norm: [B, T, W] → [B, T, W].</summary>
    internal Tensor Norm(Tensor x, Tensor? condition = null) => _norm.Forward(x, condition).Normed;
}
