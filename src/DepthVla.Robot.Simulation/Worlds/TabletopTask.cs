using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Something to ask of the arm at the simulated table.</summary>
/// <param name="Name">Its name on command lines and in logs.</param>
/// <param name="Instruction">What the policy is told.</param>
public sealed record TabletopTask(string Name, string Instruction)
{
    /// <summary>Every task there is.</summary>
    public static ImmutableArray<TabletopTask> All { get; } =
    [
        new("spoon-on-towel", "put the spoon on the towel"),
        new("carrot-on-plate", "put the carrot on the plate"),
        new("stack-green-on-yellow", "stack the green block on the yellow block"),
        new("red-on-plate", "put the red block on the plate"),
        new("touch-red", "touch the red block"),
        new("touch-green", "touch the green block"),
        new("touch-yellow", "touch the yellow block"),
        new("pick-red", "pick up the red block"),
        new("pick-green", "pick up the green block"),
        new("pick-yellow", "pick up the yellow block"),
    ];

    /// <summary>The task of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists them all.</exception>
    public static TabletopTask Named(string name) =>
        All.FirstOrDefault(task => task.Name == name)
        ?? throw new ArgumentException($"There is no task '{name}'. Tasks: {string.Join(", ", All.Select(task => task.Name))}.", nameof(name));
}
