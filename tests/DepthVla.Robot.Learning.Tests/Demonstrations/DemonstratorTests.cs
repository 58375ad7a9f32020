using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Learning.Demonstrations;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Tests.Demonstrations;

public sealed class DemonstratorTests
{
    private static readonly DemonstrationPlan Heights = new() { Scenes = [TabletopScene.Heights], Cameras = ["overview"], SnapshotEpisodes = 1, Rollouts = 1 };

    [Fact]
    public void Spec_UsualPlan_HasTheColumnsItAlwaysHad()
    {
        var shapes = new DemonstrationPlan().Spec.Features.ToDictionary(feature => feature.Key, feature => string.Join(' ', feature.Shape));

        Assert.Equal(("14 8 7", "14", "2 9 3"), (shapes["labels.chunks"], shapes["labels.applies"], shapes["labels.points"]));
    }

    [Fact]
    public void Episode_OfHeights_HasOneCameraAndLabelsOfItsSixTasksAlone()
    {
        using var demonstrator = new Demonstrator(Heights);
        var (instruction, frames) = demonstrator.Episode(0);

        Assert.Contains(TabletopScene.Heights.Tasks, task => task.Instruction == instruction);
        foreach (var frame in frames)
        {
            Assert.Equal(["overview"], frame.Pictures.Keys);
            var (applies, chunks) = (frame.Labels[TabletopLabels.Applies], frame.Labels[TabletopLabels.Chunks]);
            for (var t = 0; t < TabletopTask.All.Length; t++)
            {
                Assert.Equal(TabletopTask.All[t].Scene == TabletopScene.Heights ? 1 : 0, applies[t]);
                Assert.Equal(applies[t] > 0, chunks.AsSpan(t * Heights.Horizon * TabletopLabels.Dims, TabletopLabels.Dims).ContainsAnyExcept(0f));
            }
        }
    }

    [Fact]
    public void Episode_OfHeights_PointsAreWhereThePicturesDepthSays()
    {
        using var demonstrator = new Demonstrator(Heights);
        var (frames, shown, all) = (demonstrator.Episode(0).Frames, 0, 0);
        foreach (var frame in frames)
        {
            var (points, depth) = (frame.Labels[TabletopLabels.Points], DepthPng.Decode(frame.Depths["overview"].Span));
            foreach (var block in TabletopScene.Heights.Objects.Where(item => !item.IsSupport))
            {
                var at = 3 * TabletopObject.All.IndexOf(block);
                var (x, y) = ((int)(points[at] * depth.Size.Width), (int)(points[at + 1] * depth.Size.Height));
                if (x < 0 || y < 0 || x >= depth.Size.Width || y >= depth.Size.Height) continue;
                all++;
                var before = points[at + 2] - (depth.Millimetres[(y * depth.Size.Width) + x] / 1000.0); // the block's face is nearer than its middle
                if (before is > 0.005 and < 0.035) shown++;
            }
        }

        Assert.InRange(shown, 0.7 * all, all); // the arm hides some
    }

    /// <summary>The policy moves the arm; what would have been right is written beside it.</summary>
    [Fact]
    public void Episode_DoneByAPolicy_IsAnotherWayWithTheExpertsLabels()
    {
        var plan = new DemonstrationPlan { Scenes = [TabletopScene.Blocks], SnapshotEpisodes = 0, Rollouts = 1 };
        using var expert = new Demonstrator(plan);
        using var policy = new Demonstrator(plan with { Policy = Path.Combine(TeacherFolder.Small.Folder, "../../../models/depthvla-tiny") });
        var ((told, byExpert), (toldPolicy, byPolicy)) = (expert.Episode(0), policy.Episode(0));

        Assert.Equal(told, toldPolicy);
        Assert.Equal(byExpert[0].Labels[TabletopLabels.Chunks], byPolicy[0].Labels[TabletopLabels.Chunks]);     // the same beginning
        Assert.Equal(byExpert[0].Action, byPolicy[0].Action);
        Assert.NotEqual(byExpert[5].State, byPolicy[5].State);
        Assert.InRange(byPolicy.Length, 6, 70);
        Assert.All(byPolicy, frame => Assert.Equal(frame.Action, frame.Labels[TabletopLabels.Chunks].Slice(TabletopTask.All.IndexOf(Task(told)) * plan.Horizon * TabletopLabels.Dims, TabletopLabels.Dims)));
    }

    private static TabletopTask Task(string instruction) => TabletopScene.Blocks.Tasks.Single(task => task.Instruction == instruction);

    [Fact]
    public void Generate_SceneWithoutTheCamera_NamesBoth()
    {
        var plan = new DemonstrationPlan { Scenes = [TabletopScene.Heights, TabletopScene.Basket], Cameras = ["overview"] };

        var message = Assert.Throws<ArgumentException>(() => DemonstrationRun.Generate("unused", plan, 1, (_, _, _) => { }, CancellationToken.None)).Message;

        Assert.Contains("'basket' has not all of overview", message, StringComparison.Ordinal);
    }
}
