using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>Does every task from a state alone: it remembers nothing, so that any state can be labelled for any task of its scene.</summary>
/// <remarks>
/// What would be phases elsewhere is a funnel here: the height that the tool keeps over its target grows with the lateral error and with the
/// error of its turn, so that it comes down only where it is right. What the fingers do follows from where they are.
/// </remarks>
public static class ScriptedExpert
{
    /// <summary>How high over the object's origin the tool is held to touch it, m.</summary>
    public const double TouchHeight = 0.035;

    // A command covers this part of what is left, and at most so much, m and rad a period: 25 cm/s and 1 rad/s.
    private const double Gain = 0.6, MaxStep = 0.025, MaxTurn = 0.10, MaxFall = 0.020, MaxRise = 0.025;

    // The tool flies this high over where it takes something and over where it puts it, m, and this high in the end.
    private const double FetchHover = 0.060, CarryHover = 0.070, BasketHover = 0.045, Raised = 0.155;

    // Among supports it flies higher than fingers over the highest block on the highest one, m, and lifts so far above where a block stood.
    private const double ClearOfSupports = TabletopLayout.MaxSupport + 0.034 + Wx250s.FingerReach + 0.013, RaisedOverSupport = 0.11;

    // The funnel: so far off it may be down, m; beyond, so much higher for every metre.
    private static readonly (double Mouth, double Slope) Narrow = (0.004, 4), Wide = (0.010, 1.5);

    // From here on the fingers are open enough to go down around anything.
    private const double Open = 0.033;

    /// <summary>The command for the next period.</summary>
    public static ToolCommand Next(in TaskState state)
    {
        if (state.Task.Kind == TaskKind.Touch) return Touch(state);
        if (state.Task.Kind == TaskKind.Place && IsPlaced(state)) return Leave(state);
        if (!state.IsHolding) return Fetch(state);
        return state.Task.Kind == TaskKind.Pick ? Raise(state, Wx250s.GripperClosed) : Carry(state);
    }

    /// <summary>The commands of the next periods, found by going on from <paramref name="state"/> without physics.</summary>
    public static void Plan(TaskState state, Span<ToolCommand> plan)
    {
        var world = new KinematicWorld(state);
        foreach (ref var command in plan)
        {
            command = Next(world.State);
            world.Follow(command);
        }
    }

    // On a support, where every picture leaves some doubt, it asks for no more than a touch needs: no turn, and a few millimetres off it comes down all the same.
    private static ToolCommand Touch(in TaskState state)
    {
        var target = state.Object + new Vector3d(0, 0, TouchHeight);
        return state.Support is null ? Approach(state, target, state.GraspYaw) : Towards(state, target, state.Yaw, Hover(state, target), Wx250s.GripperOpen, Wide);
    }

    // Well within what counts, so that what was put down is not taken up again for a millimetre.
    private static bool IsPlaced(in TaskState state)
    {
        var surface = state.Surface;
        return state.GoalDistance < 0.7 * surface.Tolerance
            && (Math.Abs(state.Object.Z - state.RestingHeight) < 0.006 || IsInside(state));
    }

    // What was dropped into a basket may lie on something else there.
    private static bool IsInside(in TaskState state) => state.Surface.Rim > state.Surface.Height && state.Object.Z < state.Goal.Z + state.Surface.Rim;

    private static ToolCommand Leave(in TaskState state) =>
        state.Gripper < Open ? Stay(state, Wx250s.GripperOpen) : Raise(state, Wx250s.GripperOpen);

    private static ToolCommand Fetch(in TaskState state)
    {
        var (target, yaw) = (state.GraspPoint, state.GraspYaw);
        var (lateral, height, turn) = (TaskState.Flat(state.Tool - target), Math.Abs(state.Tool.Z - target.Z), Math.Abs(state.Yaw - yaw));
        var closing = state.Gripper < Open;
        var ready = closing ? lateral < 0.014 && height < 0.012 : lateral < 0.005 && height < 0.005 && turn < 0.12;
        if (ready && state.Gripper > state.Grasp.Gripper - 0.003) return Stay(state, Wx250s.GripperClosed);
        return closing ? Stay(state, Wx250s.GripperOpen) : Approach(state, target, yaw);
    }

    private static ToolCommand Approach(in TaskState state, Vector3d target, double yaw) =>
        Towards(state, target, yaw, Hover(state, target), Wx250s.GripperOpen, Narrow);

    private static double Hover(in TaskState state, Vector3d target) => state.Support is null ? FetchHover : Math.Max(FetchHover, ClearOfSupports - target.Z);

    private static ToolCommand Carry(in TaskState state)
    {
        var surface = state.Surface;
        var yaw = surface.Symmetry is { } symmetry ? state.Yaw + Turns.Nearest(state.GoalYaw - ObjectYaw(state), symmetry) : state.Yaw;

        // The object turns with the tool: its middle has to come over the goal, not the tool.
        var (sin, cos) = Math.SinCos(yaw - state.Yaw);
        var back = state.Tool - state.Middle;
        var (x, y) = (state.Goal.X + (back.X * cos) - (back.Y * sin), state.Goal.Y + (back.X * sin) + (back.Y * cos));
        var target = new Vector3d(x, y, surface.ReleaseHeight(state.Goal.Z, state.Item));
        var near = 0.2 * surface.Tolerance + 0.003;
        var there = TaskState.Flat(state.Tool - target) < near && state.Tool.Z - target.Z < 0.004 && Math.Abs(yaw - state.Yaw) < 0.15;
        var hover = surface.Rim > surface.Height ? BasketHover : CarryHover;
        return there ? Stay(state, Wx250s.GripperOpen) : Towards(state, target, yaw, hover, Wx250s.GripperClosed, Narrow);
    }

    private static double ObjectYaw(in TaskState state) => Math.Atan2(state.Axis.Y, state.Axis.X);

    private static ToolCommand Raise(in TaskState state, double gripper) =>
        Towards(state, state.Tool with { Z = state.Support is { } support ? support.Z + RaisedOverSupport : Raised }, state.Yaw, 0, gripper, Narrow);

    private static ToolCommand Stay(in TaskState state, double gripper) => new(state.Tool, state.Yaw, gripper);

    private static ToolCommand Towards(in TaskState state, Vector3d target, double yaw, double hover, double gripper, (double Mouth, double Slope) funnel)
    {
        var (way, turn) = (target - state.Tool, yaw - state.Yaw);
        var lateral = TaskState.Flat(way);
        var height = Math.Min(hover, (funnel.Slope * Math.Max(0, lateral - funnel.Mouth)) + (0.15 * Math.Max(0, Math.Abs(turn) - 0.08)));
        var rise = target.Z + height - state.Tool.Z;

        // Where it has to rise first, it hardly travels until it has.
        var most = hover > 0 && lateral > 0.012 ? 0.002 + ((MaxStep - 0.002) * Math.Clamp(1 - ((rise - 0.01) / 0.04), 0, 1)) : MaxStep;
        var part = lateral * Gain > most ? most / lateral : Gain;
        var tool = new Vector3d(
            state.Tool.X + (way.X * part), state.Tool.Y + (way.Y * part), state.Tool.Z + Math.Clamp(rise * Gain, -MaxFall, MaxRise));
        return new(Within(tool), state.Yaw + Math.Clamp(turn * Gain, -MaxTurn, MaxTurn), gripper);
    }

    private static Vector3d Within(Vector3d tool)
    {
        var (min, max) = (Wx250s.Description.Workspace.Min, Wx250s.Description.Workspace.Max);
        return new(Math.Clamp(tool.X, min.X, max.X), Math.Clamp(tool.Y, min.Y, max.Y), Math.Clamp(tool.Z, min.Z + 0.0005, max.Z));
    }
}
