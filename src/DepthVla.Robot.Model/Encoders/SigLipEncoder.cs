using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Encoders;

/// <summary>SigLIP: pictures to tokens. Pre-norm ViT with biases and learned positions; no class token, no pooling head.</summary>
internal sealed class SigLipEncoder
{
    private readonly Tensor _patchWeight;
    private readonly Tensor _patchBias;
    private readonly Tensor _positions;
    private readonly DType _compute;
    private readonly LayerNorm _norm;

    internal SigLipEncoder(VisionConfig config, WeightStore weights, string name)
    {
        // openpi keeps these two in float32.
        _patchWeight = weights.Wide($"{name}.embeddings.patch_embedding.weight");
        _patchBias = weights.Wide($"{name}.embeddings.patch_embedding.bias");
        _positions = weights.Wide($"{name}.embeddings.position_embedding.weight");
        _compute = weights.Precision.Compute;
        Layers = [.. Enumerable.Range(0, config.NumHiddenLayers).Select(i => new Layer(config, weights, $"{name}.encoder.layers.{i}"))];
        _norm = new LayerNorm(weights, $"{name}.post_layernorm", config.LayerNormEps);
    }

    internal IReadOnlyList<Layer> Layers { get; }

    /// <summary>images [N, 3, S, S] in [−1, 1] → [N, P, W]</summary>
    internal Tensor Forward(Tensor images)
    {
        using var scope = new TensorScope();
        var x = Embed(images);
        foreach (var layer in Layers) x = Recomputation.Run(t => [layer.Forward(t[0])], x)[0];   // [N, P, W]
        return scope.Keep(_norm.Forward(x));
    }

    /// <summary>Patches row by row, plus their positions.</summary>
    internal Tensor Embed(Tensor images)
    {
        var patches = images.To(_patchWeight.DType).PatchConvolution(_patchWeight, _patchBias);  // [N, W, S/p, S/p]
        var tokens = patches.Reshape(patches.Size(0), patches.Size(1), -1).Transpose(1, 2);      // [N, P, W]
        return (tokens + _positions).To(_compute);
    }

    internal sealed class Layer(VisionConfig config, WeightStore weights, string name)
    {
        private readonly IOperators _operators = weights.Operators;
        private readonly LayerNorm _norm1 = new(weights, $"{name}.layer_norm1", config.LayerNormEps);
        private readonly ParallelLinear _queryKeyValue =
            new(weights, [$"{name}.self_attn.q_proj", $"{name}.self_attn.k_proj", $"{name}.self_attn.v_proj"], bias: true);
        private readonly Linear _out = Linear.WithBias(weights, $"{name}.self_attn.out_proj");
        private readonly LayerNorm _norm2 = new(weights, $"{name}.layer_norm2", config.LayerNormEps);
        private readonly Linear _fc1 = Linear.WithBias(weights, $"{name}.mlp.fc1");
        private readonly Linear _fc2 = Linear.WithBias(weights, $"{name}.mlp.fc2");

        internal Tensor Forward(Tensor x)
        {
            using var scope = new TensorScope();
            (x, var h) = _norm2.AfterAdding(x, Attend(_norm1.Forward(x)));                       // [N, P, W]
            return scope.Keep(x + _fc2.Forward(_operators.AffineGeluTanh(h, _fc1.Weight, _fc1.Bias)));  // [N, P, W]
        }

        private Tensor Attend(Tensor h)
        {
            Tensor[] parts = [.. _queryKeyValue.Apart(h).Select(part => GroupedAttention.SplitHeads(part, config.NumAttentionHeads))];
            return _out.Forward(GroupedAttention.Forward(parts[0], parts[1], parts[2], mask: null));
        }
    }
}
