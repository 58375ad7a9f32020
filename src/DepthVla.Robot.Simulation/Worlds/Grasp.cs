namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>How the gripper takes an object from above.</summary>
/// <param name="Along">Where, along the object's own x from its origin, m.</param>
/// <param name="Height">Of the tool over the object's origin, m.</param>
/// <param name="Gripper">Its position when the pads touch the object on both sides, m.</param>
/// <param name="Symmetry">The turn about the vertical after which the object can be taken likewise, rad.</param>
public sealed record Grasp(double Along, double Height, double Gripper, double Symmetry)
{
    // Half a millimetre above the workspace's floor, which the arm must not leave when it gives a little.
    private const double Lowest = 0.0205;

    /// <summary>Where the tool takes it, over the table, m.</summary>
    /// <param name="origin">The height of the object's origin over the table, m.</param>
    internal double ToolHeight(double origin) => Math.Max(Lowest, origin + Height);
}
