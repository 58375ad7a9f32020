using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Tasks;

public sealed class ScriptedExpertTests : IDisposable
{
    private readonly TabletopPhysics _physics = new();
    private readonly Episode _episode;

    public ScriptedExpertTests() => _episode = new(_physics);

    public static TheoryData<string> Tasks => [.. TabletopTask.All.Select(task => task.Name)];

    public void Dispose() => _physics.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Next_UnderPhysics_DoesTheTask(string name)
    {
        var task = TabletopTask.Named(name);

        for (var seed = 0; seed < 5; seed++) Assert.True(_episode.Run(task, seed).Success, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    [Trait("Size", "Full")]
    public void Next_FiftySeeds_DoesTheTaskInNearlyAll(string name)
    {
        var task = TabletopTask.Named(name);

        var done = Enumerable.Range(1000, 50).Count(seed => _episode.Run(task, seed).Success);

        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {done} of 50");
        Assert.InRange(done, 49, 50);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Plan_EightCommandsWithoutLooking_DoTheTask(string name)
    {
        var task = TabletopTask.Named(name);

        for (var seed = 100; seed < 102; seed++) Assert.True(_episode.RunBlindly(task, seed), $"seed {seed}");
    }

    [Theory]
    [InlineData("touch-red", "touch-green")]
    [InlineData("pick-red", "pick-yellow")]
    [InlineData("pick-green", "touch-green")]
    [InlineData("red-on-plate", "green-on-plate")]
    [InlineData("green-on-plate", "stack-green-on-yellow")]
    [InlineData("stack-green-on-yellow", "yellow-on-plate")]
    [InlineData("spoon-on-towel", "carrot-on-plate")]
    [InlineData("carrot-on-plate", "spoon-on-towel")]
    [InlineData("eggplant-in-basket", "carrot-in-basket")]
    public void Next_ForAnotherTask_DoesNotDoThisOne(string name, string other)
    {
        for (var seed = 0; seed < 3; seed++)
            Assert.False(_episode.Run(TabletopTask.Named(name), seed, TabletopTask.Named(other)).Success, $"seed {seed}");
    }

    [Theory]
    [InlineData("pick-red")]
    [InlineData("carrot-on-plate")]
    [InlineData("eggplant-in-basket")]
    public void Next_GripperForcedOpen_TakesNothing(string name)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var progress = _episode.Run(TabletopTask.Named(name), seed, change: command => command with { Gripper = Wx250s.GripperOpen });
            Assert.Equal((1, false), (progress.Points, progress.Success));
        }
    }

    [Fact]
    public void Next_SameState_IsTheSameCommandWhateverCameBefore()
    {
        var states = States().ToArray();
        var commands = states.Select(state => ScriptedExpert.Next(state)).ToArray();

        for (var i = states.Length - 1; i >= 0; i--) Assert.Equal(commands[i], ScriptedExpert.Next(states[i]));
    }

    [Fact]
    public void Plan_AnyState_BeginsWithNextAndIsAShorterPlansContinuation() => Assert.All(States(), state =>
    {
        Span<ToolCommand> plan = stackalloc ToolCommand[16], shorter = stackalloc ToolCommand[5];
        ScriptedExpert.Plan(state, plan);
        ScriptedExpert.Plan(state, shorter);

        Assert.Equal(ScriptedExpert.Next(state), plan[0]);
        Assert.True(plan[..5].SequenceEqual(shorter));
    });

    [Fact]
    public void Plan_AnyState_StaysInTheWorkspaceAndIsNotTooFast() => Assert.All(States(), state =>
    {
        var plan = new ToolCommand[16];
        ScriptedExpert.Plan(state, plan);

        var (tool, yaw) = (state.Tool, state.Yaw);
        foreach (var command in plan)
        {
            Assert.True(Wx250s.Description.Workspace.Contains(command.Tool), $"{command.Tool}");
            Assert.InRange(TaskState.Flat(command.Tool - tool), 0, 0.0251);
            Assert.InRange(Math.Abs(command.Tool.Z - tool.Z), 0, 0.0251);
            Assert.InRange(Math.Abs(command.Yaw - yaw), 0, 0.101);
            Assert.InRange(command.Gripper, Wx250s.GripperClosed, Wx250s.GripperOpen);
            (tool, yaw) = (command.Tool, command.Yaw);
        }
    });

    // Every task of every scene in moments of all kinds.
    private IEnumerable<TaskState> States()
    {
        foreach (var scene in TabletopScene.All)
            for (var seed = 0; seed < 60; seed++)
            {
                _physics.Teleport(scene, seed);
                foreach (var task in scene.Tasks) yield return TaskState.Of(_physics, task);
            }
    }
}
