using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Where an object is laid: its origin on the table, base frame, m, and its turn about the vertical, rad.</summary>
internal readonly record struct PlacedObject(TabletopObject Object, double X, double Y, double Yaw)
{
    public Footprint Footprint => Object.At(X, Y, Yaw);
}

/// <summary>Lays the objects out at random, apart from each other and within the arm's reach.</summary>
internal static class TabletopLayout
{
    /// <summary>Room for a finger between two objects, m.</summary>
    public const double Gap = 0.015;

    /// <summary>Where an object's origin may lie, base frame, m.</summary>
    public const double MinX = 0.16, MaxX = 0.40, MinY = -0.20, MaxY = 0.20;

    private const int TriesPerObject = 50, Layouts = 1000;

    /// <summary>The same seed gives the same layout.</summary>
    public static ImmutableArray<PlacedObject> Random(int seed)
    {
        var random = new Random(seed);
        for (var layout = 0; layout < Layouts; layout++)
            if (TryLayOut(random) is { } placed) return placed;
        throw new InvalidOperationException($"Found no layout without overlap for seed {seed} in {Layouts} tries.");
    }

    private static ImmutableArray<PlacedObject>? TryLayOut(Random random)
    {
        var placed = ImmutableArray.CreateBuilder<PlacedObject>(TabletopObject.All.Length);
        foreach (var item in TabletopObject.All)
        {
            if (TryPlace(item, placed, random) is not { } place) return null;
            placed.Add(place);
        }
        return placed.MoveToImmutable();
    }

    private static PlacedObject? TryPlace(TabletopObject item, IEnumerable<PlacedObject> others, Random random)
    {
        for (var attempt = 0; attempt < TriesPerObject; attempt++)
        {
            var place = new PlacedObject(item, Between(MinX, MaxX), Between(MinY, MaxY), Between(-Math.PI, Math.PI));
            if (!others.Any(other => place.Footprint.IsWithin(Gap, other.Footprint))) return place;
        }
        return null;

        double Between(double min, double max) => min + ((max - min) * random.NextDouble());
    }
}
