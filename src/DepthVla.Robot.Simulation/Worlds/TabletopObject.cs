using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>An object of the table: its body in the model, the rectangle it covers and what can be done with it.</summary>
/// <param name="Name">The body's name.</param>
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

    /// <summary>True where the body slides on two joints and turns on a third, instead of being free.</summary>
    internal bool IsFlat { get; init; }

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

    /// <summary>Everything there is in the model.</summary>
    public static ImmutableArray<TabletopObject> All { get; } = [Plate, Towel, Basket, Spoon, Carrot, Eggplant, RedBlock, GreenBlock, YellowBlock];

    /// <summary>Where its rectangle lies when its origin is at (<paramref name="x"/>, <paramref name="y"/>) m, turned by <paramref name="yaw"/> rad.</summary>
    internal Footprint At(double x, double y, double yaw)
    {
        var (sin, cos) = Math.SinCos(yaw);
        return new(x + (Middle * cos), y + (Middle * sin), yaw, HalfLength, HalfWidth);
    }

    private static TabletopObject Block(string name) =>
        new(name, 0.0155, 0, 0.015, 0.015, 0.030) { Grasp = new(0, 0.006, 0.0270, Quarter), Surface = new(0.015, 0.015, 0.015, Quarter) };
}
