using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Transforms;

/// <summary>A robot's numbers to the network's and back: normalisation, padding, and moves relative to the present state.</summary>
/// <remarks>
/// In: normalise the state, pad with zeros. Out: cut the padding, restore the actions, add the present state where the delta mask says
/// so: the same state for every step of the chunk. The joints are checked by who calls.
/// </remarks>
internal sealed class RobotTransform
{
    private readonly VectorNormalizer _state;
    private readonly VectorNormalizer _actions;
    private readonly ImmutableArray<bool> _delta;
    private readonly int _stateDim;
    private readonly int _actionDim;

    internal RobotTransform(CheckpointConfig config, NormStats stats)
    {
        _state = new VectorNormalizer(stats.Stats.State, config.Policy.Normalization);
        _actions = new VectorNormalizer(stats.Stats.Actions, config.Policy.Normalization);
        _delta = config.Policy.DeltaMask;
        (_stateDim, _actionDim) = (config.Network.StateDim, config.Network.ActionDim);
    }

    /// <summary>How many joints there are.</summary>
    internal int Joints => _state.Count;

    /// <summary>Measured positions → [state_dim].</summary>
    internal double[] ToNetwork(in JointVector state)
    {
        var values = new double[_stateDim];
        for (var j = 0; j < Joints; j++) values[j] = _state.Normalize(state[j], j);
        return values;
    }

    /// <summary>Actions [steps · joints], rad or m → [steps · action_dim]: what the network is trained on.</summary>
    internal double[] ToNetwork(ReadOnlySpan<float> actions, in JointVector state)
    {
        var steps = actions.Length / Joints;
        var values = new double[steps * _actionDim];
        for (var i = 0; i < steps; i++)
        {
            for (var j = 0; j < Joints; j++) values[i * _actionDim + j] = _actions.Normalize(actions[i * Joints + j] - (_delta[j] ? state[j] : 0), j);
        }

        return values;
    }

    /// <summary>The network's [steps · action_dim] → positions [steps · joints], rad or m.</summary>
    internal float[] ToRobot(ReadOnlySpan<double> actions, in JointVector state)
    {
        var steps = actions.Length / _actionDim;
        var values = new float[steps * Joints];
        for (var i = 0; i < steps; i++)
        {
            for (var j = 0; j < Joints; j++) values[i * Joints + j] = (float)(_actions.Restore(actions[i * _actionDim + j], j) + (_delta[j] ? state[j] : 0));
        }

        return values;
    }
}
