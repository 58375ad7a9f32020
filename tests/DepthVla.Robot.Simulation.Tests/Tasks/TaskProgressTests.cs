using DepthVla.Robot.Simulation.Tasks;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Tasks;

public sealed class TaskProgressTests : IDisposable
{
    private readonly TabletopPhysics _physics = new();

    public static TheoryData<string> Tasks => [.. TabletopTask.All.Select(task => task.Name)];

    public void Dispose() => _physics.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Of_AfterAReset_IsNotDone(string name)
    {
        var task = TabletopTask.Named(name);
        for (var seed = 0; seed < 10; seed++)
        {
            _physics.Reset(task.Scene, seed);
            Assert.InRange(TaskProgress.Of(_physics, task).Points, 0, 1);
        }
    }

    [Theory]
    [InlineData("pick-red", 3)]
    [InlineData("stack-green-on-yellow", 4)]
    [InlineData("eggplant-in-basket", 4)]
    public void Of_WhileTheExpertWorks_RisesByOnePointAtATime(string name, int outOf)
    {
        var task = TabletopTask.Named(name);
        _physics.Reset(task.Scene, 3);
        var (driver, best) = (new ToolDriver(_physics), 0);
        for (var i = 0; i < 60 && best < outOf; i++)
        {
            driver.Drive(ScriptedExpert.Next(TaskState.Of(_physics, task)));
            var progress = TaskProgress.Of(_physics, task);
            Assert.Equal(outOf, progress.OutOf);
            Assert.InRange(progress.Points, 0, best + 1);
            best = Math.Max(best, progress.Points);
        }
        Assert.Equal(outOf, best);
    }

    [Fact]
    public void Of_TaskDone_StaysDoneWhileTheExpertGoesOn()
    {
        var episode = new Episode(_physics);
        foreach (var task in TabletopTask.All)
        {
            episode.Run(task, 4);
            episode.GoOn(task);
            Assert.True(TaskProgress.Of(_physics, task).Success, task.Name);
        }
    }

    [Fact]
    public void Of_TaskOfAnotherScene_NamesBoth()
    {
        _physics.Reset(TabletopScene.Basket, 1);

        var message = Assert.Throws<ArgumentException>(() => TaskProgress.Of(_physics, TabletopTask.Named("pick-red"))).Message;

        Assert.Contains("'blocks'; this is 'basket'", message, StringComparison.Ordinal);
    }
}
