namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Where an object is put: its origin, base frame, m, and its turn about the vertical, rad.</summary>
internal readonly record struct PlacedObject(TabletopObject Object, double X, double Y, double Yaw)
{
    /// <summary>Of the origin over the table, m; on the table where nothing else is said.</summary>
    public double Z { get; init; } = Object.Height;

    /// <summary>Of its lowest point over the table, m.</summary>
    public double Bottom => Z - Object.Height;

    /// <summary>Of its highest point over the table, m.</summary>
    public double Top => Bottom + Object.Top;

    /// <summary>The point <paramref name="distance"/> m from the origin along its own x.</summary>
    public (double X, double Y) Along(double distance) => (X + (distance * Math.Cos(Yaw)), Y + (distance * Math.Sin(Yaw)));

    /// <summary>An object on what it stands on, turned like it.</summary>
    public static PlacedObject On(in PlacedObject support, TabletopObject item) =>
        new(item, support.X, support.Y, support.Yaw) { Z = support.Z + item.Height };

    public Footprint Footprint => Object.At(X, Y, Yaw);
}
