using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>All that the expert knows at one moment: the tool, the task's object and its goal. Base frame, m and rad.</summary>
public readonly record struct TaskState
{
    /// <summary>What is to be done.</summary>
    public required TabletopTask Task { get; init; }

    /// <summary>The task's object as it is on the table: in the size that it has there.</summary>
    public TabletopObject Item { get => field ?? Task.Object; init; }

    /// <summary>The middle of the top of what the object stood on at first; null for the table.</summary>
    public Vector3d? Support { get; init; }

    /// <summary>The tool point.</summary>
    public Vector3d Tool { get; init; }

    /// <summary>The tool's turn about the vertical.</summary>
    public double Yaw { get; init; }

    /// <summary>Each finger from the middle.</summary>
    public double Gripper { get; init; }

    /// <summary>The object's origin.</summary>
    public Vector3d Object { get; init; }

    /// <summary>Where the object's own x points; level unless it hangs or lies crooked.</summary>
    public Vector3d Axis { get; init; }

    /// <summary>The goal's origin; zero where the task has none.</summary>
    public Vector3d Goal { get; init; }

    /// <summary>The goal's turn about the vertical.</summary>
    public double GoalYaw { get; init; }

    /// <summary>True when the object is between the pads and they are as far apart as it is thick.</summary>
    public bool IsHolding =>
        Gripper > Grasp.Gripper - 0.003 && Gripper < Grasp.Gripper + 0.002 && IsAround;

    /// <summary>True when the tool is where the object can be gripped by closing the fingers, or is gripped already.</summary>
    internal bool IsAround => Flat(Tool - GraspPoint) < 0.016 && Math.Abs(Tool.Z - GraspPoint.Z) < 0.016;

    /// <summary>How high over the table the object stood at first, m.</summary>
    internal double Ground => Support?.Z ?? 0;

    /// <summary>Where the tool takes the object as it lies or hangs now.</summary>
    internal Vector3d GraspPoint
    {
        get
        {
            var point = Object + (Axis * Grasp.Along);
            return point with { Z = Grasp.ToolHeight(point.Z) };
        }
    }

    /// <summary>The tool's turn, nearest to none, in which its fingers open across the object.</summary>
    internal double GraspYaw => Turns.Nearest(Math.Atan2(Axis.Y, Axis.X), Grasp.Symmetry);

    /// <summary>The middle of the object.</summary>
    internal Vector3d Middle => Object + (Axis * Item.Middle);

    /// <summary>How far the middle of the object is from the goal's, laterally.</summary>
    internal double GoalDistance => Flat(Middle - Goal);

    /// <summary>The height of the object's origin when it rests on the goal.</summary>
    internal double RestingHeight => Goal.Z + Surface.Height + Item.Height;

    internal Surface Surface => Task.Goal?.Surface ?? throw new InvalidOperationException($"The task '{Task.Name}' has no goal.");

    internal Grasp Grasp => Item.Grasp ?? throw new InvalidOperationException($"The object of task '{Task.Name}' cannot be taken.");

    /// <summary>The state of a world as <paramref name="task"/> sees it.</summary>
    /// <exception cref="ArgumentException">The task's objects do not lie on the table.</exception>
    public static TaskState Of(TabletopPhysics physics, TabletopTask task)
    {
        if (physics.Table != task.Scene)
            throw new ArgumentException($"The task '{task.Name}' needs the scene '{task.Scene.Name}'; this is '{physics.Table.Name}'.", nameof(task));

        var item = physics.PoseOf(task.Object.Name);
        var goal = task.Goal is null ? default(Pose?) : physics.PoseOf(task.Goal.Name);
        var joints = physics.Measure(0).Positions;
        var tool = physics.Tool;
        return new()
        {
            Task = task,
            Item = physics.OnTable(task.Object),
            Support = task.Object.Support is { } support ? physics.PoseOf(support.Name).Position : null,
            Tool = tool.Position,
            Yaw = Math.Atan2(-tool.Rotation.Y.X, tool.Rotation.Y.Y),
            Gripper = joints[joints.Count - 1],
            Object = item.Position,
            Axis = LevelAxis(item.Rotation, task.Object),
            Goal = goal?.Position ?? default,
            GoalYaw = goal is { } there ? YawOf(LevelAxis(there.Rotation, task.Goal!)) : 0,
        };
    }

    /// <summary>The lateral part's length.</summary>
    internal static double Flat(Vector3d v) => Math.Sqrt((v.X * v.X) + (v.Y * v.Y));

    private static double YawOf(Vector3d axis) => Math.Atan2(axis.Y, axis.X);

    // A block that has tipped over lies on another side: any axis that is level will do.
    private static Vector3d LevelAxis(RotationMatrix rotation, TabletopObject item) =>
        item.Grasp?.Symmetry < 2 && Math.Abs(rotation.X.Z) > 0.7 ? rotation.Y : rotation.X;
}
