using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Which objects lie on the table.</summary>
/// <param name="Name">Its name on command lines and in logs.</param>
/// <param name="Objects">Largest first, so that random places are found soon.</param>
public sealed record TabletopScene(string Name, ImmutableArray<TabletopObject> Objects)
{
    private static readonly ImmutableArray<string> UsualCameras = ["primary", "wrist", "side"];

    /// <summary>Three blocks and a plate.</summary>
    public static TabletopScene Blocks { get; } =
        new("blocks", [TabletopObject.Plate, TabletopObject.RedBlock, TabletopObject.GreenBlock, TabletopObject.YellowBlock]);

    /// <summary>A spoon, a carrot, a towel and a plate.</summary>
    public static TabletopScene Kitchen { get; } =
        new("kitchen", [TabletopObject.Plate, TabletopObject.Towel, TabletopObject.Spoon, TabletopObject.Carrot]);

    /// <summary>An eggplant, a carrot and a basket.</summary>
    public static TabletopScene Basket { get; } = new("basket", [TabletopObject.Basket, TabletopObject.Carrot, TabletopObject.Eggplant]);

    /// <summary>Three blocks of unknown sizes on supports of unknown heights, and a camera in an unknown place: whoever acts must know depth.</summary>
    public static TabletopScene Heights { get; } =
        new("heights", [.. TabletopObject.Supports, TabletopObject.HighRedBlock, TabletopObject.HighGreenBlock, TabletopObject.HighYellowBlock])
        {
            Model = "heights",
            Cameras = [.. UsualCameras, OverviewPlace.Camera],
            MaxY = 0.10,
            Gap = 0.05,
            StartLift = 0.055,
        };

    /// <summary>Every scene there is.</summary>
    public static ImmutableArray<TabletopScene> All { get; } = [Blocks, Kitchen, Basket, Heights];

    /// <summary>The names of its cameras.</summary>
    public ImmutableArray<string> Cameras { get; init; } = UsualCameras;

    /// <summary>The model that it is laid out in; scenes of the same one can follow each other without the arm being put anew.</summary>
    internal string Model { get; init; } = TabletopModels.Usual;

    /// <summary>How far from the middle, left and right, an object's origin may lie, m.</summary>
    internal double MaxY { get; init; } = TabletopLayout.MaxY;

    /// <summary>Between two objects at least, m.</summary>
    internal double Gap { get; init; } = TabletopLayout.Gap;

    /// <summary>How much higher than usual the arm starts, m.</summary>
    internal double StartLift { get; init; }

    /// <summary>The tasks that can be done in it.</summary>
    public ImmutableArray<TabletopTask> Tasks => [.. TabletopTask.All.Where(task => task.Scene == this)];

    /// <summary>Every object of its model, each size by itself.</summary>
    internal ImmutableArray<TabletopObject> Stock =>
    [
        .. TabletopObject.All.Where(item => All.Any(scene => scene.Model == Model && scene.Objects.Contains(item)))
            .SelectMany(item => item.Sizes.IsEmpty ? [item] : item.Sizes),
    ];

    /// <summary>Same name.</summary>
    public bool Equals(TabletopScene? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
