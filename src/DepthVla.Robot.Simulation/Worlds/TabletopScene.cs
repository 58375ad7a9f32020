using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Which objects lie on the table.</summary>
/// <param name="Name">Its name on command lines and in logs.</param>
/// <param name="Objects">Largest first, so that random places are found soon.</param>
public sealed record TabletopScene(string Name, ImmutableArray<TabletopObject> Objects)
{
    /// <summary>Three blocks and a plate.</summary>
    public static TabletopScene Blocks { get; } =
        new("blocks", [TabletopObject.Plate, TabletopObject.RedBlock, TabletopObject.GreenBlock, TabletopObject.YellowBlock]);

    /// <summary>A spoon, a carrot, a towel and a plate.</summary>
    public static TabletopScene Kitchen { get; } =
        new("kitchen", [TabletopObject.Plate, TabletopObject.Towel, TabletopObject.Spoon, TabletopObject.Carrot]);

    /// <summary>An eggplant, a carrot and a basket.</summary>
    public static TabletopScene Basket { get; } = new("basket", [TabletopObject.Basket, TabletopObject.Carrot, TabletopObject.Eggplant]);

    /// <summary>Every scene there is.</summary>
    public static ImmutableArray<TabletopScene> All { get; } = [Blocks, Kitchen, Basket];

    /// <summary>The tasks that can be done in it.</summary>
    public ImmutableArray<TabletopTask> Tasks => [.. TabletopTask.All.Where(task => task.Scene == this)];

    /// <summary>Same name.</summary>
    public bool Equals(TabletopScene? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
