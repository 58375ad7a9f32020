using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Lays the objects of a scene out at random, apart from each other and within the arm's comfortable reach.</summary>
internal static class TabletopLayout
{
    /// <summary>Room for an open finger between two objects, m.</summary>
    public const double Gap = 0.025;

    /// <summary>Where an object's origin may lie, base frame, m; y to either side.</summary>
    public const double MinX = 0.18, MaxX = 0.38, MaxY = 0.16;

    /// <summary>How far an object's x may turn from the table's, either way, rad: a tool that is hardly turned opens across it.</summary>
    public const double MaxYaw = 0.6;

    /// <summary>How high a support may come up, m: never level with the table, which would flicker.</summary>
    public const double MinSupport = 0.005, MaxSupport = 0.100;

    private const int TriesPerObject = 50, Layouts = 1000;

    /// <summary>The same seed gives the same layout.</summary>
    public static ImmutableArray<PlacedObject> Random(TabletopScene scene, int seed) => Random(scene, new Random(seed));

    /// <summary>The next layout of <paramref name="random"/>.</summary>
    /// <param name="scene">What is laid out.</param>
    /// <param name="random">Decides.</param>
    /// <param name="slack">How far beyond the usual area objects may lie, m; they may turn ten times as much further, rad.</param>
    public static ImmutableArray<PlacedObject> Random(TabletopScene scene, Random random, double slack = 0)
    {
        for (var layout = 0; layout < Layouts; layout++)
            if (TryLayOut(scene, random, slack) is { } placed) return placed;
        throw new InvalidOperationException($"Found no layout of '{scene.Name}' without overlap in {Layouts} tries.");
    }

    private static ImmutableArray<PlacedObject>? TryLayOut(TabletopScene scene, Random random, double slack)
    {
        var placed = ImmutableArray.CreateBuilder<PlacedObject>(scene.Objects.Length);
        foreach (var item in scene.Objects)
        {
            if (TryPlace(scene, item, placed, random, slack) is not { } place) return null;
            placed.Add(place);
        }
        return placed.MoveToImmutable();
    }

    private static PlacedObject? TryPlace(TabletopScene scene, TabletopObject item, IEnumerable<PlacedObject> others, Random random, double slack)
    {
        if (item.Support is { } support)
            return PlacedObject.On(others.First(other => other.Object == support), item.Sizes.IsEmpty ? item : item.Sizes[random.Next(item.Sizes.Length)]);

        for (var attempt = 0; attempt < TriesPerObject; attempt++)
        {
            var yaw = MaxYaw + (10 * slack);
            var (x, y) = (random.Between(MinX - slack, MaxX + slack), random.Around(scene.MaxY + slack));
            var place = new PlacedObject(item, x, y, random.Around(yaw));
            if (item.IsSupport) place = place with { Z = random.Between(MinSupport, MaxSupport) };
            if (!others.Any(other => place.Footprint.IsWithin(scene.Gap, other.Footprint))) return place;
        }
        return null;
    }
}
