using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>One expert's share of one layer: what it puts into the common attention, and what it makes of what comes out.</summary>
internal sealed class ExpertLayer
{
    private readonly TransformerConfig _config;
    private readonly IRmsNorm _inputNorm;
    private readonly IRmsNorm _mlpNorm;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _out;
    private readonly Linear _gate;
    private readonly Linear _up;
    private readonly Linear _down;

    internal ExpertLayer(TransformerConfig config, double epsilon, WeightStore weights, string name)
    {
        _config = config;
        _inputNorm = IRmsNorm.Load(weights, $"{name}.input_layernorm", epsilon, config.AdaptiveNorm);
        _mlpNorm = IRmsNorm.Load(weights, $"{name}.post_attention_layernorm", epsilon, config.AdaptiveNorm);
        _query = Linear.WithoutBias(weights, $"{name}.self_attn.q_proj");
        _key = Linear.WithoutBias(weights, $"{name}.self_attn.k_proj");
        _value = Linear.WithoutBias(weights, $"{name}.self_attn.v_proj");
        _out = Linear.WithoutBias(weights, $"{name}.self_attn.o_proj");
        _gate = Linear.WithoutBias(weights, $"{name}.mlp.gate_proj");
        _up = Linear.WithoutBias(weights, $"{name}.mlp.up_proj");
        _down = Linear.WithoutBias(weights, $"{name}.mlp.down_proj");
    }

    /// <summary>Tokens x [B, T, W] to queries [B, heads, T, D], keys and values [B, kv, T, D]; queries and keys turned by position.</summary>
    internal Projection Project(Tensor x, RotaryAngles positions, Tensor? condition)
    {
        var (h, gate) = _inputNorm.Forward(x, condition);
        var query = positions.Rotate(GroupedAttention.SplitHeads(_query.Forward(h), _config.NumHeads));
        var key = positions.Rotate(GroupedAttention.SplitHeads(_key.Forward(h), _config.NumKvHeads));
        return new Projection(query, key, GroupedAttention.SplitHeads(_value.Forward(h), _config.NumKvHeads), gate);
    }

    /// <summary>Adds what the tokens attended to [B, T, heads·D], then the gated MLP: [B, T, W].</summary>
    internal Tensor Complete(Tensor x, Tensor attended, Tensor? attentionGate, Tensor? condition)
    {
        x = x + Gated(_out.Forward(attended), attentionGate);                                    // [B, T, W]
        var (h, mlpGate) = _mlpNorm.Forward(x, condition);
        return x + Gated(_down.Forward(_gate.Forward(h).GeluTanh() * _up.Forward(h)), mlpGate);  // [B, T, W]
    }

    private static Tensor Gated(Tensor block, Tensor? gate) => gate is null ? block : block * gate;

    internal readonly record struct Projection(Tensor Query, Tensor Key, Tensor Value, Tensor? Gate);
}
