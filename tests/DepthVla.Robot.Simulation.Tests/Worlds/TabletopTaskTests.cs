using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

public sealed class TabletopTaskTests
{
    [Fact]
    public void Named_SpoonOnTowel_HasItsInstruction() => Assert.Equal("put the spoon on the towel", TabletopTask.Named("spoon-on-towel").Instruction);

    [Fact]
    public void Named_Unknown_ListsAll()
    {
        var message = Assert.Throws<ArgumentException>(() => TabletopTask.Named("dance")).Message;

        Assert.All(TabletopTask.All, task => Assert.Contains(task.Name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_Names_AreUnique() => Assert.Equal(TabletopTask.All.Length, TabletopTask.All.Select(task => task.Name).Distinct().Count());

    [Fact]
    public void All_Objects_LieInTheirSceneAndCanBeTaken() => Assert.All(TabletopTask.All, task =>
    {
        Assert.Contains(task.Object, task.Scene.Objects);
        Assert.NotNull(task.Object.Grasp);
        Assert.Equal(task.Kind == TaskKind.Place, task.Goal is not null);
        if (task.Goal is not null) Assert.Contains(task.Goal, task.Scene.Objects);
        if (task.Goal is not null) Assert.NotNull(task.Goal.Surface);
    });
}
