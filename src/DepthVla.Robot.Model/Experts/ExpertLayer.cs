using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Operators;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Experts;

/// <summary>One expert's share of one layer: what it puts into the common attention, and what it makes of what comes out.</summary>
internal sealed class ExpertLayer
{
    private readonly TransformerConfig _config;
    private readonly IOperators _operators;
    private readonly IRmsNorm _inputNorm;
    private readonly IRmsNorm _mlpNorm;
    private readonly ParallelLinear _queryKeyValue;
    private readonly IProduct _out;
    private readonly ParallelLinear _gateUp;
    private readonly IProduct _down;

    internal ExpertLayer(TransformerConfig config, double epsilon, WeightStore weights, string name)
    {
        (_config, _operators) = (config, weights.Operators);
        _inputNorm = IRmsNorm.Load(weights, $"{name}.input_layernorm", epsilon, config.AdaptiveNorm);
        _mlpNorm = IRmsNorm.Load(weights, $"{name}.post_attention_layernorm", epsilon, config.AdaptiveNorm);
        _queryKeyValue = new(weights, [$"{name}.self_attn.q_proj", $"{name}.self_attn.k_proj", $"{name}.self_attn.v_proj"]);
        _out = IProduct.Load(weights, $"{name}.self_attn.o_proj");
        _gateUp = new(weights, [$"{name}.mlp.gate_proj", $"{name}.mlp.up_proj"]);
        _down = IProduct.Load(weights, $"{name}.mlp.down_proj");
    }

    /// <summary>Tokens x [B, T, W] to queries [B, heads, T, D], keys and values [B, kv, T, D]; queries and keys turned by position.</summary>
    /// <param name="x">[B, T, W]</param>
    /// <param name="positions">Theirs.</param>
    /// <param name="condition">What adaptive norms are conditioned on.</param>
    /// <param name="place">Where keys and values are to lie; null for new memory.</param>
    internal Projection Project(Tensor x, RotaryAngles positions, Tensor? condition, KeyValuePlace? place = null)
    {
        var (h, gate) = _inputNorm.Forward(x, condition);
        var (query, key, value) = _operators.SplitAndTurn(_queryKeyValue.Together(h), positions, _config.NumHeads, _config.NumKvHeads, place);
        return new(query, key, value, gate);
    }

    /// <summary>Adds what the tokens attended to [B, T, heads·D], then the gated MLP: [B, T, W].</summary>
    internal Tensor Complete(Tensor x, Tensor attended, Tensor? attentionGate, Tensor? condition)
    {
        (x, var h, var mlpGate) = _mlpNorm.AfterAdding(x, Gated(_out.Forward(attended), attentionGate), condition);
        var parts = _gateUp.Apart(h);
        h = _operators.GatedGelu(parts[0], parts[1]);                                            // [B, T, mlp]
        return mlpGate is null ? _down.PlusForward(x, h) : x + _down.Forward(h) * mlpGate;       // [B, T, W]
    }

    private static Tensor Gated(Tensor block, Tensor? gate) => gate is null ? block : block * gate;

    internal readonly record struct Projection(Tensor Query, Tensor Key, Tensor Value, Tensor? Gate);
}
