using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>An object of the table: its body in the model, the rectangle it covers and what can be done with it. Known by its name alone.</summary>
/// <param name="Name">Its name; that of its body too, unless it comes in several sizes.</param>
/// <param name="Height">Of the body's origin over the table when it rests, m.</param>
/// <param name="Middle">From the body's origin to the middle of the rectangle, along its own x, m.</param>
/// <param name="HalfLength">m.</param>
/// <param name="HalfWidth">m.</param>
/// <param name="Top">Of its highest point over the table when it rests, m.</param>
public sealed record TabletopObject(string Name, double Height, double Middle, double HalfLength, double HalfWidth, double Top)
{
    private const double Half = Math.PI, Quarter = Math.PI / 2;

    /// <summary>How it is taken; null where it cannot be.</summary>
    public Grasp? Grasp { get; init; }

    /// <summary>Where another object can be put on it or in it; null where none can.</summary>
    public Surface? Surface { get; init; }

    /// <summary>What it stands on when it is laid out; null for the table.</summary>
    public TabletopObject? Support { get; init; }

    /// <summary>True for what only carries another object: a column that comes up through the table, its origin in the middle of its top.</summary>
    public bool IsSupport { get; init; }

    /// <summary>True where the body slides on two joints and turns on a third, instead of being free.</summary>
    internal bool IsFlat { get; init; }

    /// <summary>The name of its body in the model.</summary>
    internal string Body { get; init; } = Name;

    /// <summary>The same object in each of its sizes, of which one lies on the table; empty where there is only this one.</summary>
    internal ImmutableArray<TabletopObject> Sizes { get; init; } = [];

    internal static TabletopObject Plate { get; } = new("plate", 0.006, 0, 0.070, 0.070, 0.0124) { Surface = new(0.0064, 0.0064, 0.045) };

    internal static TabletopObject Towel { get; } = new("towel", 0.001, 0, 0.060, 0.050, 0.002) { Surface = new(0.001, 0.001, 0.040), IsFlat = true };

    internal static TabletopObject Basket { get; } =
        new("basket", 0, 0, 0.070, 0.060, 0.035) { Surface = new(0.003, 0.035, 0.060, Half), IsFlat = true };

    internal static TabletopObject Spoon { get; } = new("spoon", 0.008, -0.009, 0.071, 0.016, 0.014) { Grasp = new(-0.020, 0.0145, 0.0170, Half) };

    internal static TabletopObject Carrot { get; } = new("carrot", 0.0145, 0.0085, 0.0575, 0.014, 0.029) { Grasp = new(0.012, 0.0065, 0.0260, Half) };

    internal static TabletopObject Eggplant { get; } = new("eggplant", 0.0150, 0.0035, 0.0365, 0.0145, 0.029) { Grasp = new(-0.008, 0.0065, 0.0265, Half) };

    internal static TabletopObject RedBlock { get; } = Block("block_red");

    internal static TabletopObject GreenBlock { get; } = Block("block_green");

    internal static TabletopObject YellowBlock { get; } = Block("block_yellow");

    internal static ImmutableArray<TabletopObject> Supports { get; } = [Column("support_1"), Column("support_2"), Column("support_3")];

    internal static TabletopObject HighRedBlock { get; } = BlockOn(Supports[0], "high_red");

    internal static TabletopObject HighGreenBlock { get; } = BlockOn(Supports[1], "high_green");

    internal static TabletopObject HighYellowBlock { get; } = BlockOn(Supports[2], "high_yellow");

    /// <summary>Everything there is. New ones come last: datasets know objects by their place here.</summary>
    public static ImmutableArray<TabletopObject> All { get; } =
    [
        Plate, Towel, Basket, Spoon, Carrot, Eggplant, RedBlock, GreenBlock, YellowBlock,
        .. Supports, HighRedBlock, HighGreenBlock, HighYellowBlock,
    ];

    /// <summary>Same name, whatever the size.</summary>
    public bool Equals(TabletopObject? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Where its rectangle lies when its origin is at (<paramref name="x"/>, <paramref name="y"/>) m, turned by <paramref name="yaw"/> rad.</summary>
    internal Footprint At(double x, double y, double yaw)
    {
        var (sin, cos) = Math.SinCos(yaw);
        return new(x + (Middle * cos), y + (Middle * sin), yaw, HalfLength, HalfWidth);
    }

    private static TabletopObject Block(string name) =>
        new(name, 0.0155, 0, 0.015, 0.015, 0.030) { Grasp = new(0, 0.006, 0.0270, Quarter), Surface = new(0.015, 0.015, 0.015, Quarter) };

    private static TabletopObject Column(string name) => new(name, 0, 0, 0.019, 0.019, 0) { IsSupport = true };

    private static TabletopObject BlockOn(TabletopObject support, string name)
    {
        ImmutableArray<TabletopObject> sizes = [Cube(support, name, "_small", 0.013), Cube(support, name, "_large", 0.017)];
        return sizes[0] with { Body = name, Sizes = sizes };
    }

    // The support is wider than the block: fingers close around the block with their tips 4 mm above it.
    private static TabletopObject Cube(TabletopObject support, string name, string size, double half) => new(name, half + 0.0005, 0, half, half, 2 * half)
    {
        Body = name + size,
        Support = support,
        Grasp = new(0, Arms.Wx250s.FingerReach + 0.004 - half, half + 0.012, Quarter),
    };
}
