using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Model.Checkpoints;
using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Transforms;
using DepthVla.Robot.Torch.Tensors;

namespace DepthVla.Robot.Model.Continuing;

/// <summary>How a policy's chunks go on from the plans that are being executed: checks what robots say of them, and brings it before the network. Thread-safe.</summary>
internal sealed class Continuation
{
    private readonly CheckpointConfig _config;
    private readonly RobotTransform _robot;

    /// <param name="checkpoint">Whose policy it is.</param>
    /// <param name="asked">What was chosen; null: by prefix if it was trained for that, else not.</param>
    /// <param name="robot">Its transform.</param>
    /// <exception cref="CheckpointException">It cannot go on in that way.</exception>
    internal Continuation(Checkpoint checkpoint, ContinuationMethod? asked, RobotTransform robot)
    {
        (_config, _robot) = (checkpoint.Config, robot);
        var trained = _config.Policy.MaxCommittedSteps is not null;
        Method = asked ?? (trained ? ContinuationMethod.Prefix : ContinuationMethod.None);
        if (Method == ContinuationMethod.Prefix && !trained)
            throw new CheckpointException(checkpoint.Folder, ["policy.max_committed_steps: expected 1 or more, for continuation by prefix, got none; train it with max_committed_steps, or continue by guidance"]);
        if (Method != ContinuationMethod.None && _config.Network.UNet is not null)
            throw new CheckpointException(checkpoint.Folder, [$"network.u_net: expected none, for continuation by {Method}, got one; choose none"]);
    }

    internal ContinuationMethod Method { get; }

    /// <summary>The plan that an observation tells of, or null where there is none or it does not matter.</summary>
    /// <exception cref="InvalidObservationException">It is of another number of numbers a step.</exception>
    internal RunningPlan? Read(Observation observation)
    {
        if (Method == ContinuationMethod.None || observation.Running is not { } plan) return null;
        return plan.Dims == _robot.Dims ? plan : throw new InvalidObservationException("running.dims", $"expected {_robot.Dims} numbers a step, got {plan.Dims}");
    }

    /// <summary>What a chunk that goes on from <paramref name="plan"/> says of it.</summary>
    internal Continued? Say(RunningPlan? plan)
    {
        if (plan is null) return null;
        var committed = Bound(plan).Committed;
        return new(Method, committed, Clamped: committed < plan.Committed);
    }

    /// <summary>A batch's plans as the network has them, cut to the horizon and filled up with zeros; nothing binds where nothing runs. Null where nothing runs at all.</summary>
    /// <param name="rows">Each row's plan, and the state that it is relative to.</param>
    /// <param name="wide">What the flow is computed in.</param>
    /// <param name="device">Where.</param>
    internal RunningSteps? ToNetwork(IReadOnlyList<(RunningPlan? Plan, JointVector State)> rows, DType wide, TorchDevice device)
    {
        if (rows.All(row => row.Plan is null)) return null;
        var (horizon, dims) = (_config.Network.ActionHorizon, _config.Network.ActionDim);
        var (actions, bound) = (new double[rows.Count * horizon * dims], new RunningRow[rows.Count]);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Plan is not { } plan) continue;
            bound[i] = Bound(plan);
            _robot.ToNetwork(plan.Actions.Span[..(bound[i].Steps * plan.Dims)], rows[i].State).CopyTo(actions, i * horizon * dims);
        }

        return new(Method, Tensor.From<double>(actions, [rows.Count, horizon, dims]).To(wide).To(device), [.. bound]);
    }

    private RunningRow Bound(RunningPlan plan) =>
        RunningRow.Of(plan, _config.Network.ActionHorizon, Method == ContinuationMethod.Prefix ? _config.Policy.MaxCommittedSteps : null);
}
