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
    private readonly ParallelLinear _queryKeyValue;
    private readonly Linear _out;
    private readonly ParallelLinear _gateUp;
    private readonly Linear _down;

    internal ExpertLayer(TransformerConfig config, double epsilon, WeightStore weights, string name)
    {
        _config = config;
        _inputNorm = IRmsNorm.Load(weights, $"{name}.input_layernorm", epsilon, config.AdaptiveNorm);
        _mlpNorm = IRmsNorm.Load(weights, $"{name}.post_attention_layernorm", epsilon, config.AdaptiveNorm);
        _queryKeyValue = new(weights, [$"{name}.self_attn.q_proj", $"{name}.self_attn.k_proj", $"{name}.self_attn.v_proj"]);
        _out = Linear.WithoutBias(weights, $"{name}.self_attn.o_proj");
        _gateUp = new(weights, [$"{name}.mlp.gate_proj", $"{name}.mlp.up_proj"]);
        _down = Linear.WithoutBias(weights, $"{name}.mlp.down_proj");
    }

    /// <summary>Tokens x [B, T, W] to queries [B, heads, T, D], keys and values [B, kv, T, D]; queries and keys turned by position.</summary>
    internal Projection Project(Tensor x, RotaryAngles positions, Tensor? condition)
    {
        var (h, gate) = _inputNorm.Forward(x, condition);
        var (heads, turned) = (_config.NumHeads, _config.NumHeads + _config.NumKvHeads);
        var all = GroupedAttention.SplitHeads(_queryKeyValue.Together(h), turned + _config.NumKvHeads);     // [B, heads + 2·kv, T, D]
        var positioned = positions.Rotate(all.Slice(1, 0, turned));
        return new(positioned.Slice(1, 0, heads), positioned.Slice(1, heads, turned), all.Slice(1, turned, turned + _config.NumKvHeads), gate);
    }

    /// <summary>Adds what the tokens attended to [B, T, heads·D], then the gated MLP: [B, T, W].</summary>
    internal Tensor Complete(Tensor x, Tensor attended, Tensor? attentionGate, Tensor? condition)
    {
        x = x + Gated(_out.Forward(attended), attentionGate);                                    // [B, T, W]
        var (h, mlpGate) = _mlpNorm.Forward(x, condition);
        var parts = _gateUp.Apart(h);
        return x + Gated(_down.Forward(parts[0].GeluTanh() * parts[1]), mlpGate);                // [B, T, W]
    }

    private static Tensor Gated(Tensor block, Tensor? gate) => gate is null ? block : block * gate;

    internal readonly record struct Projection(Tensor Query, Tensor Key, Tensor Value, Tensor? Gate);
}
