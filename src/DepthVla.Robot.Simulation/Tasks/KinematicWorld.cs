using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>What commands lead to where everything goes as meant: no physics, only geometry.</summary>
internal sealed class KinematicWorld
{
    /// <summary>The most that a finger's goal moves in a period, m.</summary>
    private static readonly double GripperStep = Wx250s.Description.Joints[^1].MaxVelocity * ToolCommand.Period;

    // How far from the middle of what it stood on an object still comes to stand there, m.
    private const double SupportReach = 0.02;

    // Where the fingers want to be. Fingers that hold something want to be closed, and it takes a while until they want to be open.
    private double _fingers;

    public KinematicWorld(in TaskState state) => (State, _fingers) = (state, state.IsHolding ? Wx250s.GripperClosed : state.Gripper);

    public TaskState State { get; private set; }

    /// <summary>Goes on by a period.</summary>
    public void Follow(in ToolCommand command)
    {
        var state = State;
        _fingers = Math.Clamp(command.Gripper, _fingers - GripperStep, _fingers + GripperStep);
        var thickness = state.IsAround ? Math.Min(state.Grasp.Gripper, state.Gripper) : Wx250s.GripperClosed;
        State = state with { Tool = command.Tool, Yaw = command.Yaw, Gripper = Math.Max(_fingers, thickness) };
        if (state.IsHolding) Bring(state);
    }

    // The object comes along with the tool, and falls where the fingers have opened.
    private void Bring(in TaskState before)
    {
        var (sin, cos) = Math.SinCos(State.Yaw - before.Yaw);
        var held = State with { Object = State.Tool + Turn(before.Object - before.Tool, sin, cos), Axis = Turn(before.Axis, sin, cos) };
        State = held.IsHolding ? held : Dropped(held);
    }

    // Straight down, onto the goal, what it stood on or the table.
    private static TaskState Dropped(in TaskState state)
    {
        var axis = state.Axis with { Z = 0 };
        var length = TaskState.Flat(axis);
        var onGoal = state.Task.Goal is not null && state.GoalDistance < state.Surface.Tolerance;
        var ground = state.Support is { } support && TaskState.Flat(state.Object - support) < SupportReach ? support.Z : 0;
        return state with
        {
            Object = state.Object with { Z = onGoal ? state.RestingHeight : ground + state.Item.Height },
            Axis = length > 0.1 ? axis * (1 / length) : state.Axis,
        };
    }

    private static Vector3d Turn(Vector3d v, double sin, double cos) => new((v.X * cos) - (v.Y * sin), (v.X * sin) + (v.Y * cos), v.Z);
}
