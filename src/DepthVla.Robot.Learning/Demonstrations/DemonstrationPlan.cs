using System.Collections.Immutable;
using DepthVla.Robot.Data.Layout;
using DepthVla.Robot.Data.Writing;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>What is to be generated.</summary>
public sealed record DemonstrationPlan
{
    /// <summary>Frames a second of rollouts: the policy's rate.</summary>
    public const int Rate = 10;

    /// <summary>Episodes of snapshots: each 50 moments without a movement between them.</summary>
    public int SnapshotEpisodes { get; init; } = 700;

    /// <summary>Episodes in which the expert does a task, disturbed now and then.</summary>
    public int Rollouts { get; init; } = 400;

    /// <summary>The checkpoint that moves the arm in rollouts, its frames labelled by the expert as all are; null for the expert itself, disturbed.</summary>
    public string? Policy { get; init; }

    /// <summary>Steps of the chunks that label a frame.</summary>
    public int Horizon { get; init; } = 8;

    /// <summary>Decides everything; the same seed gives the same episodes.</summary>
    public int Seed { get; init; }

    /// <summary>The scenes of the snapshots, one episode after the other, and those whose tasks are done. Half of the frames show blocks, which most
    /// instructions are about.</summary>
    public ImmutableArray<TabletopScene> Scenes { get; init; } = [TabletopScene.Blocks, TabletopScene.Kitchen, TabletopScene.Blocks, TabletopScene.Basket];

    /// <summary>The cameras; every scene must have them.</summary>
    public ImmutableArray<string> Cameras { get; init; } = ["primary", "wrist"];

    /// <summary>The first of the scenes that lacks one of the cameras; null where all have them, as is needed.</summary>
    public TabletopScene? WithoutCamera => Scenes.FirstOrDefault(scene => Cameras.Except(scene.Cameras).Any());

    /// <summary>The tasks of its scenes.</summary>
    internal ImmutableArray<TabletopTask> Tasks => [.. TabletopTask.All.Where(task => Scenes.Contains(task.Scene))];

    /// <summary>Pictures are as robots send them; depth is half as wide, which is more than any head predicts.</summary>
    internal static ImageSize PictureSize => new(224, 224);

    internal static ImageSize DepthSize => new(112, 112);

    /// <summary>The dataset's columns.</summary>
    internal DatasetSpec Spec => new()
    {
        Fps = Rate,
        RobotType = "wx250s",
        Features =
        [
            .. Cameras.Select(c => Feature.Picture(c, PictureSize)), .. Cameras.Select(c => Feature.Depth(c, DepthSize)),
            Feature.State([.. Wx250s.Description.Joints.Select(j => j.Name)]), Feature.Action("dx", "dy", "dz", "rx", "ry", "rz", "gripper"),
            .. new TabletopLabels(this).Features,
        ],
    };

    /// <exception cref="ArgumentException">Nothing can be made so; the message says why.</exception>
    internal void ThrowIfUnusable()
    {
        if (Scenes.IsEmpty || Cameras.IsEmpty) throw new ArgumentException("Demonstrations need a scene and a camera at least.");
        if (WithoutCamera is { } scene)
            throw new ArgumentException($"The scene '{scene.Name}' has not all of {string.Join(", ", Cameras)}; it has {string.Join(", ", scene.Cameras)}.");
    }
}
