using System.Collections.Immutable;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>What only a simulator knows of a frame, as columns of a dataset: the expert's chunk for every task of the scene, and where objects appear.</summary>
internal sealed class TabletopLabels
{
    // Tasks and objects are known by their places among all there are, up to the last that the plan can meet.
    private readonly ImmutableArray<TabletopTask> _tasks;
    private readonly ImmutableArray<TabletopObject> _objects;
    private readonly ImmutableArray<string> _cameras;
    private readonly int _horizon;

    internal TabletopLabels(DemonstrationPlan plan)
    {
        (_cameras, _horizon) = (plan.Cameras, plan.Horizon);
        _tasks = TabletopTask.All[..(1 + plan.Tasks.Max(task => TabletopTask.All.IndexOf(task)))];
        _objects = TabletopObject.All[..(1 + plan.Scenes.SelectMany(scene => scene.Objects).Max(item => TabletopObject.All.IndexOf(item)))];
    }

    /// <summary>[tasks · horizon · 7]: tool-pose deltas and gripper; zeros for tasks of another scene.</summary>
    internal const string Chunks = "chunks";

    /// <summary>[tasks]: 1 for the tasks of the scene.</summary>
    internal const string Applies = "applies";

    /// <summary>[cameras · objects · 3]: u, v from the top left corner in 0 … 1, depth in m; zeros for what does not lie on the table or behind the camera.</summary>
    internal const string Points = "points";

    /// <summary>dx dy dz rx ry rz gripper.</summary>
    internal const int Dims = 7;

    /// <summary>The columns that they are kept in.</summary>
    internal ImmutableArray<Feature> Features =>
    [
        Feature.Label(Chunks, [_tasks.Length, _horizon, Dims]),
        Feature.Label(Applies, [_tasks.Length], [.. _tasks.Select(t => t.Instruction)]),
        Feature.Label(Points, [_cameras.Length, _objects.Length, 3]),
    ];

    /// <summary>The labels of a world as it is.</summary>
    internal ImmutableDictionary<string, ImmutableArray<float>> Of(TabletopPhysics physics, ImageSize size)
    {
        var (chunks, applies) = (new float[_tasks.Length * _horizon * Dims], new float[_tasks.Length]);
        for (var t = 0; t < _tasks.Length; t++)
        {
            if (_tasks[t].Scene != physics.Table) continue;
            applies[t] = 1;
            Chunk(physics, _tasks[t], chunks.AsSpan(t * _horizon * Dims, _horizon * Dims));
        }

        return ImmutableDictionary.CreateRange([
            KeyValuePair.Create(Chunks, ImmutableArray.Create(chunks)), KeyValuePair.Create(Applies, ImmutableArray.Create(applies)),
            KeyValuePair.Create(Points, ImmutableArray.Create(PointsOf(physics, size))),
        ]);
    }

    /// <summary>A command as a step of a chunk: relative to where the tool is now.</summary>
    internal static void Write(in ToolCommand command, in Pose tool, Span<float> step)
    {
        var delta = PoseDelta.Between(tool, new Pose(command.Tool, RotationMatrix.ToolDown(command.Yaw)));
        (step[0], step[1], step[2]) = ((float)delta.Shift.X, (float)delta.Shift.Y, (float)delta.Shift.Z);
        (step[3], step[4], step[5]) = ((float)delta.Turn.X, (float)delta.Turn.Y, (float)delta.Turn.Z);
        step[6] = (float)command.Gripper;
    }

    private static void Chunk(TabletopPhysics physics, TabletopTask task, Span<float> chunk)
    {
        Span<ToolCommand> plan = stackalloc ToolCommand[chunk.Length / Dims];
        ScriptedExpert.Plan(TaskState.Of(physics, task), plan);
        for (var i = 0; i < plan.Length; i++) Write(plan[i], physics.Tool, chunk[(i * Dims)..]);
    }

    private float[] PointsOf(TabletopPhysics physics, ImageSize size)
    {
        var points = new float[_cameras.Length * _objects.Length * 3];
        for (var c = 0; c < _cameras.Length; c++)
        {
            var camera = physics.Camera(_cameras[c]);
            for (var o = 0; o < _objects.Length; o++)
            {
                if (!physics.Table.Objects.Contains(_objects[o])) continue;
                var (x, y, depth) = camera.Project(physics.PoseOf(_objects[o].Name).Position, size.Width, size.Height);
                if (depth < 0.01) continue;
                var at = (c * _objects.Length + o) * 3;
                (points[at], points[at + 1], points[at + 2]) = ((float)(x / size.Width), (float)(y / size.Height), (float)depth);
            }
        }

        return points;
    }
}
