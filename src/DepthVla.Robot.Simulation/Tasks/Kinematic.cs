using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>What a command leads to where everything goes as meant: no physics, only geometry.</summary>
internal static class Kinematic
{
    /// <summary>The most that the fingers move in a period, m.</summary>
    private const double GripperStep = 0.010;

    public static TaskState After(in TaskState state, in ToolCommand command)
    {
        var (around, holding) = (state.IsAround, state.IsHolding);
        var thickness = around && command.Gripper < state.Gripper ? state.Grasp.Gripper : Wx250s.GripperClosed;
        var gripper = command.Gripper < state.Gripper
            ? Math.Max(Math.Min(thickness, state.Gripper), Math.Max(command.Gripper, state.Gripper - GripperStep))
            : Math.Min(command.Gripper, state.Gripper + GripperStep);
        var next = state with { Tool = command.Tool, Yaw = command.Yaw, Gripper = gripper };
        if (!holding) return next;

        var (sin, cos) = Math.SinCos(command.Yaw - state.Yaw);
        var off = Turn(state.Object - state.Tool, sin, cos);
        next = next with { Object = command.Tool + off, Axis = Turn(state.Axis, sin, cos) };
        return next.IsHolding ? next : Drop(next);
    }

    // Straight down, onto the goal or onto the table.
    private static TaskState Drop(in TaskState state)
    {
        var axis = state.Axis with { Z = 0 };
        var length = TaskState.Flat(axis);
        var onGoal = state.Task.Goal is not null && state.GoalDistance < state.Surface.Tolerance;
        return state with
        {
            Object = state.Object with { Z = onGoal ? state.RestingHeight : state.Task.Object.Height },
            Axis = length > 0.1 ? axis * (1 / length) : state.Axis,
        };
    }

    private static Vector3d Turn(Vector3d v, double sin, double cos) => new((v.X * cos) - (v.Y * sin), (v.X * sin) + (v.Y * cos), v.Z);
}
