using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>An object of the table as it is laid out: its body in the model and the rectangle it covers.</summary>
/// <param name="Name">The body's name.</param>
/// <param name="Height">Of the body's origin over the table when it rests, m.</param>
/// <param name="Middle">From the body's origin to the middle of the rectangle, along its own x, m.</param>
/// <param name="HalfLength">m.</param>
/// <param name="HalfWidth">m.</param>
internal sealed record TabletopObject(string Name, double Height, double Middle, double HalfLength, double HalfWidth)
{
    /// <summary>Largest first, so that random places are found soon.</summary>
    public static ImmutableArray<TabletopObject> All { get; } =
    [
        new("plate", 0.006, 0, 0.070, 0.070),
        new("towel", 0.001, 0, 0.060, 0.050),
        new("spoon", 0.008, -0.009, 0.071, 0.016),
        new("carrot", 0.0145, 0.0095, 0.0685, 0.014),
        new("block_red", 0.0155, 0, 0.015, 0.015),
        new("block_green", 0.0155, 0, 0.015, 0.015),
        new("block_yellow", 0.0155, 0, 0.015, 0.015),
    ];

    public Footprint At(double x, double y, double yaw)
    {
        var (sin, cos) = Math.SinCos(yaw);
        return new(x + (Middle * cos), y + (Middle * sin), yaw, HalfLength, HalfWidth);
    }
}
