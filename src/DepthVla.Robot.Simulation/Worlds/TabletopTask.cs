using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>What is to be done with a task's object.</summary>
public enum TaskKind
{
    /// <summary>Hold the tool close above it.</summary>
    Touch,

    /// <summary>Lift it.</summary>
    Pick,

    /// <summary>Put it on or in the goal.</summary>
    Place,
}

/// <summary>Something to ask of the arm at the simulated table.</summary>
/// <param name="Name">Its name on command lines and in logs.</param>
/// <param name="Instruction">What the policy is told.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="Scene">Where it can be done.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Goal">Where the object is to be put; null unless <paramref name="Kind"/> is <see cref="TaskKind.Place"/>.</param>
public sealed record TabletopTask(string Name, string Instruction, TaskKind Kind, TabletopScene Scene, TabletopObject Object, TabletopObject? Goal = null)
{
    /// <summary>Every task there is. New ones come last: datasets know tasks by their place here.</summary>
    public static ImmutableArray<TabletopTask> All { get; } =
    [
        Place("spoon-on-towel", "put the spoon on the towel", TabletopScene.Kitchen, TabletopObject.Spoon, TabletopObject.Towel),
        Place("carrot-on-plate", "put the carrot on the plate", TabletopScene.Kitchen, TabletopObject.Carrot, TabletopObject.Plate),
        Place(
            "stack-green-on-yellow", "stack the green block on the yellow block", TabletopScene.Blocks, TabletopObject.GreenBlock, TabletopObject.YellowBlock),
        Place("eggplant-in-basket", "put the eggplant in the basket", TabletopScene.Basket, TabletopObject.Eggplant, TabletopObject.Basket),
        Place("carrot-in-basket", "put the carrot in the basket", TabletopScene.Basket, TabletopObject.Carrot, TabletopObject.Basket),
        Place("red-on-plate", "put the red block on the plate", TabletopScene.Blocks, TabletopObject.RedBlock, TabletopObject.Plate),
        Place("green-on-plate", "put the green block on the plate", TabletopScene.Blocks, TabletopObject.GreenBlock, TabletopObject.Plate),
        Place("yellow-on-plate", "put the yellow block on the plate", TabletopScene.Blocks, TabletopObject.YellowBlock, TabletopObject.Plate),
        Touch("touch-red", "touch the red block", TabletopObject.RedBlock),
        Touch("touch-green", "touch the green block", TabletopObject.GreenBlock),
        Touch("touch-yellow", "touch the yellow block", TabletopObject.YellowBlock),
        Pick("pick-red", "pick up the red block", TabletopObject.RedBlock),
        Pick("pick-green", "pick up the green block", TabletopObject.GreenBlock),
        Pick("pick-yellow", "pick up the yellow block", TabletopObject.YellowBlock),
        AtHeight(TaskKind.Touch, "reach-red-at-height", "touch the red block", TabletopObject.HighRedBlock),
        AtHeight(TaskKind.Touch, "reach-green-at-height", "touch the green block", TabletopObject.HighGreenBlock),
        AtHeight(TaskKind.Touch, "reach-yellow-at-height", "touch the yellow block", TabletopObject.HighYellowBlock),
        AtHeight(TaskKind.Pick, "pick-red-at-height", "pick up the red block", TabletopObject.HighRedBlock),
        AtHeight(TaskKind.Pick, "pick-green-at-height", "pick up the green block", TabletopObject.HighGreenBlock),
        AtHeight(TaskKind.Pick, "pick-yellow-at-height", "pick up the yellow block", TabletopObject.HighYellowBlock),
    ];

    /// <summary>The task of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them all.</exception>
    public static TabletopTask Named(string name) =>
        All.FirstOrDefault(task => task.Name == name)
        ?? throw new ArgumentException($"There is no task '{name}'. Tasks: {string.Join(", ", All.Select(task => task.Name))}.", nameof(name));

    private static TabletopTask Touch(string name, string instruction, TabletopObject block) =>
        new(name, instruction, TaskKind.Touch, TabletopScene.Blocks, block);

    private static TabletopTask Pick(string name, string instruction, TabletopObject block) =>
        new(name, instruction, TaskKind.Pick, TabletopScene.Blocks, block);

    private static TabletopTask AtHeight(TaskKind kind, string name, string instruction, TabletopObject block) =>
        new(name, instruction, kind, TabletopScene.Heights, block);

    private static TabletopTask Place(string name, string instruction, TabletopScene scene, TabletopObject item, TabletopObject goal) =>
        new(name, instruction, TaskKind.Place, scene, item, goal);
}
