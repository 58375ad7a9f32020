using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>The linear heads around the action expert: state, noisy actions and flow time in; velocity out. In float32.</summary>
internal sealed class ActionHeads
{
    private readonly NetworkConfig _config;
    private readonly WeightStore _weights;
    private readonly Linear? _state;
    private readonly Linear _actionIn;
    private readonly Linear _timeIn;
    private readonly Linear _timeOut;
    private readonly Linear _actionOut;

    internal ActionHeads(NetworkConfig config, WeightStore weights)
    {
        (_config, _weights) = (config, weights);
        _state = config.ActionExpert!.AdaptiveNorm ? null : Linear.Head(weights, "heads.state");
        _actionIn = Linear.Head(weights, "heads.action_in");
        _timeIn = Linear.Head(weights, "heads.time_in");
        _timeOut = Linear.Head(weights, "heads.time_out");
        _actionOut = Linear.Head(weights, "heads.action_out");
    }

    /// <summary>state [B, state_dim] → one token [B, 1, W]</summary>
    internal Tensor StateToken(Tensor state) => _state!.Forward(state).Reshape(state.Size(0), 1, -1).To(_weights.Precision.Compute);

    /// <summary>Noisy actions x_t [B, H, action_dim] at times t → tokens [B, H, W] and, for adaptive norms, their condition.</summary>
    /// <param name="noisy">x_t</param>
    /// <param name="times">One a row [B], or one a step of the chunk [B·H], where some steps are given and not sought (their t is 0).</param>
    internal (Tensor Tokens, Tensor? Condition) ActionTokens(Tensor noisy, IReadOnlyList<double> times)
    {
        var actions = _actionIn.Forward(noisy);                                                  // [B, H, W]
        var (batch, horizon, width) = (actions.Size(0), actions.Size(1), actions.Size(2));
        var time = Time(times).Reshape(batch, -1, width);                                        // [B, 1 or H, W]
        if (_state is null)
        {
            var condition = _timeOut.Forward(_timeIn.Forward(time).Silu()).Silu();               // [B, 1 or H, W]
            return (actions.To(_weights.Precision.Compute), condition);
        }

        var both = Tensor.Cat([actions, time.Expand(batch, horizon, width)], -1);                // [B, H, 2W]
        return (_timeOut.Forward(_timeIn.Forward(both).Silu()).To(_weights.Precision.Compute), null);
    }

    /// <summary>The expert's normed outputs [B, H, W] → velocity [B, H, action_dim]</summary>
    internal Tensor Velocity(Tensor output) => _actionOut.Forward(output);

    /// <summary>times [B] → [B, W]</summary>
    internal Tensor Time(IReadOnlyList<double> times)
    {
        var width = _config.ActionExpert!.Width;
        var embedding = SinusoidalTime.Of(times, width, _config.TimeEmbedding);
        return Tensor.From<double>(embedding, [times.Count, width]).To(_weights.Precision.Wide).To(_weights.Device);
    }
}
