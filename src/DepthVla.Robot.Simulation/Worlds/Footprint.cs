namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>The part of the table that an object covers: a rectangle, turned.</summary>
/// <param name="X">Centre, base frame, m.</param>
/// <param name="Y">Centre, base frame, m.</param>
/// <param name="Yaw">rad, about the vertical.</param>
/// <param name="HalfLength">Along its own x, m.</param>
/// <param name="HalfWidth">Along its own y, m.</param>
internal readonly record struct Footprint(double X, double Y, double Yaw, double HalfLength, double HalfWidth)
{
    /// <summary>True when less than <paramref name="gap"/> m separates the two along every edge's normal.</summary>
    public bool IsWithin(double gap, in Footprint other) =>
        !IsSeparated(Yaw, gap, other) && !IsSeparated(Yaw + (Math.PI / 2), gap, other) &&
        !IsSeparated(other.Yaw, gap, other) && !IsSeparated(other.Yaw + (Math.PI / 2), gap, other);

    // Separating axis: two convex shapes are apart if their shadows on the normal of some edge are.
    private bool IsSeparated(double direction, double gap, in Footprint other)
    {
        var (sin, cos) = Math.SinCos(direction);
        var distance = Math.Abs(((other.X - X) * cos) + ((other.Y - Y) * sin));
        return distance >= Shadow(direction) + other.Shadow(direction) + gap;
    }

    private double Shadow(double direction) =>
        (HalfLength * Math.Abs(Math.Cos(direction - Yaw))) + (HalfWidth * Math.Abs(Math.Sin(direction - Yaw)));
}
