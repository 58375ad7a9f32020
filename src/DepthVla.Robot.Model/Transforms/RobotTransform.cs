using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Configuration;

namespace DepthVla.Robot.Model.Transforms;

/// <summary>A robot's numbers to the network's and back: normalisation, padding, and moves relative to the present state. Thread-safe.</summary>
/// <remarks>
/// In: normalise the state, pad with zeros. Out: cut the padding, restore the actions, and, of joint positions, add the present state where
/// the delta mask says so: the same state for every step of the chunk. Tool poses are relative as they are. The joints are checked by who calls.
/// </remarks>
public sealed class RobotTransform
{
    private readonly VectorNormalizer _state;
    private readonly VectorNormalizer _actions;
    private readonly ImmutableArray<bool> _delta;   // a number of a step
    private readonly int _stateDim;
    private readonly int _actionDim;

    /// <summary>The transform of a checkpoint whose config and statistics were checked together.</summary>
    public RobotTransform(CheckpointConfig config, NormStats stats)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(stats);
        _state = new VectorNormalizer(stats.Stats.State, config.Policy.Normalization);
        _actions = new VectorNormalizer(stats.Stats.Actions, config.Policy.Normalization);
        Dims = config.Policy.Dims;
        _delta = config.Policy.Actions == ActionRepresentation.JointPosition ? config.Policy.DeltaMask : [.. Enumerable.Repeat(false, Dims)];
        (_stateDim, _actionDim) = (config.Network.StateDim, config.Network.ActionDim);
    }

    /// <summary>How many joints there are: numbers of the state.</summary>
    public int Joints => _state.Count;

    /// <summary>Numbers a step of actions.</summary>
    public int Dims { get; }

    /// <summary>Measured positions → [state_dim].</summary>
    public double[] ToNetwork(in JointVector state)
    {
        var values = new double[_stateDim];
        for (var j = 0; j < Joints; j++) values[j] = _state.Normalize(state[j], j);
        return values;
    }

    /// <summary>Actions [steps · dims], in the units of the representation → [steps · action_dim]: what the network is trained on.</summary>
    /// <param name="actions">From step 0 on; with statistics per step not more than the horizon.</param>
    /// <param name="state">rad or m, what joint positions are relative to.</param>
    public double[] ToNetwork(ReadOnlySpan<float> actions, in JointVector state)
    {
        var steps = actions.Length / Dims;
        var values = new double[steps * _actionDim];
        for (var i = 0; i < steps; i++)
        {
            for (var j = 0; j < Dims; j++) values[i * _actionDim + j] = _actions.Normalize(actions[i * Dims + j] - (_delta[j] ? state[j] : 0), Statistic(i, j));
        }

        return values;
    }

    /// <summary>The network's [steps · action_dim] → actions [steps · dims], in the units of the representation.</summary>
    /// <param name="actions">From step 0 on.</param>
    /// <param name="state">rad or m, what joint positions are relative to.</param>
    public float[] ToRobot(ReadOnlySpan<double> actions, in JointVector state)
    {
        var steps = actions.Length / _actionDim;
        var values = new float[steps * Dims];
        for (var i = 0; i < steps; i++)
        {
            for (var j = 0; j < Dims; j++)
            {
                var action = _actions.Restore(actions[i * _actionDim + j], Statistic(i, j));
                values[i * Dims + j] = (float)(action + (_delta[j] ? state[j] : 0));
            }
        }

        return values;
    }

    // There is one statistic a dimension, or one for each of every step.
    private int Statistic(int step, int dimension) => _actions.Count == Dims ? dimension : step * Dims + dimension;
}
