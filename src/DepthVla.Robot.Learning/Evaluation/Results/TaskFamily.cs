using System.Collections.Immutable;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Results;

/// <summary>Tasks that are counted together.</summary>
/// <param name="Name">Its name on command lines and in tables.</param>
/// <param name="Tasks">What belongs to it; a task may belong to several.</param>
public sealed record TaskFamily(string Name, ImmutableArray<TabletopTask> Tasks)
{
    /// <summary>Every family there is.</summary>
    public static ImmutableArray<TaskFamily> All { get; } =
    [
        Of("touch", task => task.Kind == TaskKind.Touch && task.Scene == TabletopScene.Blocks),
        Of("pick", task => task.Kind == TaskKind.Pick && task.Scene == TabletopScene.Blocks),
        Of("plate", task => task.Goal?.Name == "plate"),
        Of("stack", task => task.Name.StartsWith("stack-", StringComparison.Ordinal)),
        Of("basket", task => task.Goal?.Name == "basket"),
        Of("heights", task => task.Scene == TabletopScene.Heights),
        new("the-four", [.. ((string[])["spoon-on-towel", "carrot-on-plate", "stack-green-on-yellow", "eggplant-in-basket"]).Select(TabletopTask.Named)]),
    ];

    /// <summary>The tasks that a list of names means: tasks, families, or "all".</summary>
    /// <exception cref="ArgumentException">A name is none of these; the message lists them.</exception>
    public static ImmutableArray<TabletopTask> Named(IEnumerable<string> names) => [.. names.SelectMany(name => One(name)).Distinct()];

    private static ImmutableArray<TabletopTask> One(string name) =>
        name is "all" or "families" ? TabletopTask.All
        : All.FirstOrDefault(family => family.Name == name) is { } found ? found.Tasks
        : TabletopTask.All.FirstOrDefault(task => task.Name == name) is { } one ? [one]
        : throw new ArgumentException($"There is no task or family '{name}'; there are all, {Known}.", nameof(name));

    private static string Known => string.Join(", ", All.Select(family => family.Name).Concat(TabletopTask.All.Select(task => task.Name)));

    private static TaskFamily Of(string name, Func<TabletopTask, bool> belongs) => new(name, [.. TabletopTask.All.Where(belongs)]);
}
