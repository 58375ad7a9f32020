namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Where on an object another one can be put.</summary>
/// <param name="Height">Of what the other rests on, over the object's origin, m.</param>
/// <param name="Rim">Of the highest part around it, over the object's origin, m: what is put there comes from above, and is let go above it.</param>
/// <param name="Tolerance">How far from the object's origin, laterally, the middle of the other may come to rest, m.</param>
/// <param name="Symmetry">The turn after which the object looks the same, rad, where what is put there is to be turned like it; otherwise null.</param>
public sealed record Surface(double Height, double Rim, double Tolerance, double? Symmetry = null)
{
    // What is held may hang a little lower than it was taken.
    private const double Clearance = 0.003;

    /// <summary>Where the tool lets go of an object, over the table, m.</summary>
    /// <param name="origin">The height of this one's origin over the table, m.</param>
    /// <param name="held">What it lets go of.</param>
    internal double ReleaseHeight(double origin, TabletopObject held) => held.Grasp!.ToolHeight(origin + Rim + held.Height) + Clearance;
}
