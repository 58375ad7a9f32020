using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Simulation.Rendering;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Demonstrations;

/// <summary>Makes episodes in a world of its own, each from the plan's seed and its number alone. For the thread that made it.</summary>
internal sealed class Demonstrator : IDisposable
{
    private const int SnapshotsAnEpisode = 50, LongestRollout = 150, LongestOfPolicy = 70, FramesAfterSuccess = 6;

    private readonly DemonstrationPlan _plan;
    private readonly ImmutableArray<TabletopTask> _tasks;
    private readonly TabletopLabels _labels;
    private readonly TabletopPhysics _physics = new();
    private readonly SnapshotCamera _camera;
    private readonly ToolDriver _driver;
    private readonly PolicyHand? _policy;

    internal Demonstrator(DemonstrationPlan plan)
    {
        (_plan, _tasks, _labels) = (plan, plan.Tasks, new TabletopLabels(plan));
        _camera = new SnapshotCamera(_physics);
        _driver = new ToolDriver(_physics);
        _policy = plan.Policy is { } checkpoint ? new PolicyHand(checkpoint) : null;
    }

    /// <summary>How many episodes the plan has: snapshots and rollouts, mixed evenly.</summary>
    internal static int Count(DemonstrationPlan plan) => plan.SnapshotEpisodes + plan.Rollouts;

    /// <summary>Episode <paramref name="number"/>.</summary>
    internal (string Instruction, ImmutableArray<EpisodeFrame> Frames) Episode(int number)
    {
        var total = Count(_plan);
        var rolloutsBefore = (int)((long)number * _plan.Rollouts / total);
        var isRollout = (int)((long)(number + 1) * _plan.Rollouts / total) > rolloutsBefore;
        return isRollout ? Rollout(rolloutsBefore) : Snapshots(number - rolloutsBefore);
    }

    public void Dispose()
    {
        _policy?.Dispose();
        _camera.Dispose();
        _physics.Dispose();
    }

    private (string, ImmutableArray<EpisodeFrame>) Snapshots(int number)
    {
        var scene = _plan.Scenes[number % _plan.Scenes.Length];
        var random = new Random(Seed(number, 1));
        var frames = ImmutableArray.CreateBuilder<EpisodeFrame>(SnapshotsAnEpisode);
        for (var i = 0; i < SnapshotsAnEpisode; i++)
        {
            var held = _physics.Teleport(scene, random.Next());
            var tasks = scene.Tasks;
            var own = held is null ? tasks : [.. tasks.Where(t => t.Object == held)];
            if (own.IsEmpty) own = tasks;
            frames.Add(Frame(i, own[random.Next(own.Length)]));
        }

        return (frames[0].Instruction!, frames.MoveToImmutable());
    }

    private (string, ImmutableArray<EpisodeFrame>) Rollout(int number)
    {
        var task = _tasks[number % _tasks.Length];
        var seed = Seed(number, 2);
        var disturbance = new Disturbance(new Random(seed));
        _physics.Reset(task.Scene, seed);
        _driver.Restart();
        _policy?.Restart();
        var frames = ImmutableArray.CreateBuilder<EpisodeFrame>();
        for (int i = 0, after = 0; i < (_policy is null ? LongestRollout : LongestOfPolicy) && after < FramesAfterSuccess; i++)
        {
            if (TaskProgress.Of(_physics, task).Success) after++;
            frames.Add(Frame(i, task));
            if (_policy is null) _driver.Drive(disturbance.Apply(ScriptedExpert.Next(TaskState.Of(_physics, task))));
            else _driver.Drive(_policy.Next(frames[^1], task.Instruction, seed + i));
        }

        return (task.Instruction, frames.ToImmutable());
    }

    private EpisodeFrame Frame(int index, TabletopTask task)
    {
        var (pictures, depths) = (ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>(), ImmutableDictionary.CreateBuilder<string, ReadOnlyMemory<byte>>());
        foreach (var camera in _plan.Cameras)
        {
            var view = _camera.Render(camera, DemonstrationPlan.PictureSize.Width, DemonstrationPlan.PictureSize.Height);
            pictures[camera] = JpegCodec.Encode(view.Image);
            depths[camera] = DepthPng.Encode(DepthImage.FromMetres(view.Depth.Span, DemonstrationPlan.PictureSize).Nearest(DemonstrationPlan.DepthSize));
        }

        var action = new float[TabletopLabels.Dims];
        TabletopLabels.Write(ScriptedExpert.Next(TaskState.Of(_physics, task)), _physics.Tool, action);
        return new EpisodeFrame
        {
            Seconds = (double)index / DemonstrationPlan.Rate, Instruction = task.Instruction, Pictures = pictures.ToImmutable(), Depths = depths.ToImmutable(),
            State = [.. _physics.Measure(0).Positions.ToArray().Select(v => (float)v)], Action = [.. action],
            Labels = _labels.Of(_physics, DemonstrationPlan.PictureSize),
        };
    }

    private int Seed(int number, int kind) => HashSeed(_plan.Seed, number, kind);

    // Seeds below 1,000,000,000 are for evaluation: training never sees their tables.
    private static int HashSeed(int seed, int number, int kind) => 1_000_000_000 + (int)((uint)(seed * 7919 + number * 4 + kind) * 2654435761u % 1_000_000_000u);
}
