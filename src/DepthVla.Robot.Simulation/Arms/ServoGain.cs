using System.Collections.Immutable;

namespace DepthVla.Robot.Simulation.Arms;

/// <summary>How hard a joint's motor answers an error.</summary>
/// <param name="Stiffness">N·m/rad or N/m.</param>
/// <param name="Damping">N·m·s/rad or N·s/m.</param>
internal readonly record struct ServoGain(double Stiffness, double Damping)
{
    /// <summary>
    /// Near critical damping with the arm stretched out. All joints at once at 2 rad/s and 10 rad/s² then stay within 10 mrad and 9 mm of their
    /// goals and use 40 % of the motors' force; see the tracking tests. The fingers are damped by their own friction.
    /// </summary>
    public static ImmutableArray<ServoGain> Wx250s { get; } =
        [new(400, 20), new(400, 20), new(300, 12), new(80, 3), new(100, 3), new(50, 1.5), new(900, 0)];
}
