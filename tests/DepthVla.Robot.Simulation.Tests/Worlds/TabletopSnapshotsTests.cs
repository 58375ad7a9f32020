using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopSnapshotsTests : IDisposable
{
    private const int Seeds = 400;

    private readonly TabletopPhysics _physics = new();

    public static TheoryData<string> Scenes => [.. TabletopScene.All.Select(scene => scene.Name)];

    public void Dispose() => _physics.Dispose();

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Teleport_HeldObject_IsHeldAndNoOtherIs(string name)
    {
        var (scene, held) = (Named(name), 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var item = _physics.Teleport(scene, seed);
            if (item is not null) held++;
            foreach (var task in scene.Tasks) Assert.Equal(task.Object == item, TaskState.Of(_physics, task).IsHolding);
        }
        Assert.InRange(held, 0.24 * Seeds, 0.36 * Seeds);
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Teleport_ManySeeds_LeadTheExpertToEveryBranch(string name)
    {
        var scene = Named(name);
        var counts = scene.Tasks.ToDictionary(task => task, _ => (Opens: 0, Closes: 0, Done: 0, HalfOpen: 0));
        for (var seed = 0; seed < Seeds; seed++)
        {
            _physics.Teleport(scene, seed);
            foreach (var task in scene.Tasks)
            {
                var state = TaskState.Of(_physics, task);
                var (opens, closes, done, half) = counts[task];
                var gripper = ScriptedExpert.Next(state).Gripper;
                counts[task] = (
                    opens + (state.IsHolding && gripper == Wx250s.GripperOpen ? 1 : 0), closes + (!state.IsHolding && gripper == Wx250s.GripperClosed ? 1 : 0),
                    done + (TaskProgress.Of(_physics, task).Success ? 1 : 0), half + (!state.IsHolding && state.Gripper < 0.033 ? 1 : 0));
            }
        }

        foreach (var (task, found) in counts)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{task.Name}: of {Seeds} {found}");
            if (task.Kind != TaskKind.Touch) Assert.InRange(found.Closes, Seeds / 100, Seeds / 4);
            if (task.Kind == TaskKind.Place) Assert.InRange(found.Opens, Seeds / 100, Seeds / 4);
            Assert.InRange(found.Done, 1, Seeds / 4);
            Assert.InRange(found.HalfOpen, 10, Seeds / 2);
        }
    }

    [Fact]
    public void Teleport_SameSeed_IsTheSameMoment()
    {
        _physics.Teleport(TabletopScene.Kitchen, 7);
        var (arm, spoon, tool) = (_physics.Measure(0), _physics.PoseOf("spoon"), _physics.Tool);

        _physics.Reset(TabletopScene.Blocks, 1);
        _physics.Teleport(TabletopScene.Kitchen, 7);

        Assert.Equal((arm, spoon, tool), (_physics.Measure(0), _physics.PoseOf("spoon"), _physics.Tool));
        Assert.Equal((TabletopScene.Kitchen, arm.Positions), (_physics.Table, _physics.Start));
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Teleport_ThenHeldByPhysics_DoesNotFlyApart(string name)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            _physics.Teleport(Named(name), seed);
            for (var i = 0; i < 25; i++) _physics.Step(_physics.Start);
            foreach (var item in Named(name).Objects) Assert.InRange(_physics.SpeedOf(item), 0, 1.0);
        }
    }

    private static TabletopScene Named(string name) => TabletopScene.All.Single(scene => scene.Name == name);
}
