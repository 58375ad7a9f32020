using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Layers;
using DepthVla.Robot.Model.Weights;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Network;

/// <summary>The linear heads around the action expert: state, noisy actions and flow time in; velocity out. In float32.</summary>
internal sealed class ActionHeads : IDisposable
{
    private readonly NetworkConfig _config;
    private readonly WeightStore _weights;
    private readonly Linear? _state;
    private readonly Linear _actionIn;
    private readonly Linear _timeIn;
    private readonly Linear _timeOut;
    private readonly Linear _actionOut;
    private readonly Dictionary<double, Tensor> _moments = [];
    private Tensor? _actionToTime;

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

    /// <summary>The same at one time for all. For times that come again: what follows from a time alone is kept.</summary>
    /// <remarks>
    /// π0's time MLP begins with a product of [actions | time]: its half for the actions and action_in are one matrix from action_dim to W, and the rest
    /// is a bias that belongs to the time. For π0.5 the condition itself belongs to the time. Not for training: what is kept records no gradients.
    /// </remarks>
    internal (Tensor Tokens, Tensor? Condition) ActionTokens(Tensor noisy, double time)
    {
        if (GradMode.IsOn) return ActionTokens(noisy, [.. Enumerable.Repeat(time, (int)noisy.Size(0))]);
        if (!_moments.TryGetValue(time, out var moment)) _moments[time] = moment = Moment(time).OutliveScope();
        if (_state is null) return (_actionIn.Forward(noisy).To(_weights.Precision.Compute), moment);
        var mixed = noisy.To(moment.DType).Affine(_actionToTime!, moment);                       // [B, H, W]
        return (_timeOut.Forward(mixed.Silu()).To(_weights.Precision.Compute), null);
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

    public void Dispose()
    {
        foreach (var moment in _moments.Values) moment.Dispose();
        _actionToTime?.Dispose();
    }

    // π0.5: the condition [1, 1, W]. π0: the first layer's bias, with the time in it [W].
    private Tensor Moment(double time)
    {
        using var scope = new TensorScope();
        var embedding = Time([time]);                                                            // [1, W]
        if (_state is null) return scope.Keep(_timeOut.Forward(_timeIn.Forward(embedding).Silu()).Silu().Reshape(1, 1, -1));
        var width = embedding.Size(-1);
        var (ofActions, ofTime) = (_timeIn.Weight.Slice(1, 0, width), _timeIn.Weight.Slice(1, width, 2 * width));
        _actionToTime ??= _actionIn.Weight.Transpose(0, 1).Affine(ofActions).Transpose(0, 1).Contiguous().OutliveScope();       // [W, action_dim]
        return scope.Keep((embedding.Affine(ofTime, _timeIn.Bias) + _actionIn.Bias.Reshape(1, -1).Affine(ofActions)).Reshape(-1));
    }
}
