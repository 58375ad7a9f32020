using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>How far a task is done at one moment.</summary>
/// <param name="Points">
/// The furthest substep that holds now; what counts for an episode is the most that was reached.
/// Touch: 1 over the object, 2 close above it.
/// Pick: 1 at the object, 2 gripped, 3 lifted and nothing else.
/// Place: 1 at the object, 2 gripped and off what it lay on, 3 held over the goal, 4 at rest on it and let go.
/// </param>
/// <param name="OutOf">The points of the whole task.</param>
/// <param name="Success">Whether the task is done.</param>
public readonly record struct TaskProgress(int Points, int OutOf, bool Success)
{
    /// <summary>How far from the spot above the object the tool may be to touch it, laterally and in height, m.</summary>
    public const double TouchTolerance = 0.012;

    /// <summary>How high the origin of a picked object is at least, m; from a support, how high over that.</summary>
    public const double PickHeight = 0.10, PickHeightOverSupport = 0.07;

    // How near to where it takes something the tool has reached it, and how far from it the tool has gone away, m.
    private const double Reached = 0.03, Away = 0.03;

    // What lies on its goal may be crooked by so much, m, and what moves slower is at rest, m/s.
    private const double HeightTolerance = 0.010, Resting = 0.02;

    /// <summary>How far <paramref name="task"/> is done in the world as it is.</summary>
    public static TaskProgress Of(TabletopPhysics physics, TabletopTask task)
    {
        var state = TaskState.Of(physics, task);
        var (points, outOf) = task.Kind switch
        {
            TaskKind.Touch => (TouchPoints(state), 2),
            TaskKind.Pick => (PickPoints(physics, state), 3),
            _ => (PlacePoints(physics, state), 4),
        };
        return new(points, outOf, points == outOf);
    }

    private static int TouchPoints(in TaskState state)
    {
        var off = state.Object + new Vector3d(0, 0, ScriptedExpert.TouchHeight) - state.Tool;
        if (TaskState.Flat(off) > TouchTolerance) return 0;
        return Math.Abs(off.Z) > TouchTolerance ? 1 : 2;
    }

    private static int PickPoints(TabletopPhysics physics, in TaskState state)
    {
        if (!state.IsHolding) return IsAt(state) ? 1 : 0;
        var high = state.Support is { } support ? support.Z + PickHeightOverSupport : PickHeight;
        return state.Object.Z >= high && !IsAnythingElseLifted(physics, state.Task) ? 3 : 2;
    }

    private static int PlacePoints(TabletopPhysics physics, in TaskState state)
    {
        var over = state.GoalDistance < state.Surface.Tolerance;
        if (over && IsResting(physics, state) && IsLetGo(state)) return 4;
        if (!state.IsHolding) return IsAt(state) ? 1 : 0;
        if (over && state.Object.Z > state.RestingHeight - HeightTolerance) return 3;
        return state.Object.Z > state.Ground + state.Item.Height + 0.02 ? 2 : 1;
    }

    private static bool IsAt(in TaskState state) => (state.Tool - state.GraspPoint) is var off && TaskState.Flat(off) < Reached && Math.Abs(off.Z) < Reached;

    private static bool IsResting(TabletopPhysics physics, in TaskState state)
    {
        // In a basket it may lean on the wall.
        var isLow = state.Surface.Rim > state.Surface.Height
            ? state.Object.Z < state.Goal.Z + state.Surface.Rim : Math.Abs(state.Object.Z - state.RestingHeight) < HeightTolerance;
        return isLow && physics.SpeedOf(state.Task.Object) < Resting;
    }

    private static bool IsLetGo(in TaskState state) =>
        state.Gripper > state.Grasp.Gripper + 0.004 && (state.Tool.Z > state.GraspPoint.Z + Away || TaskState.Flat(state.Tool - state.GraspPoint) > 2 * Away);

    // Higher than on top of another block, where it may have been before.
    private static bool IsAnythingElseLifted(TabletopPhysics physics, TabletopTask task) =>
        task.Scene.Objects.Any(item => item != task.Object && !item.IsSupport && HeightOver(physics, item) > item.Height + 0.040);

    // Over what it stood on at first.
    private static double HeightOver(TabletopPhysics physics, TabletopObject item) =>
        physics.PoseOf(item.Name).Position.Z - (item.Support is { } support ? physics.PoseOf(support.Name).Position.Z : 0);
}
