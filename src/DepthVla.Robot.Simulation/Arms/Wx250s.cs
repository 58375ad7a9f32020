using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Arms;

/// <summary>The simulated arm: six joints and a parallel gripper, with the published sizes of a WidowX-250 6DOF.</summary>
/// <remarks>The base frame is the world frame: x forward over the table, y left, z up, the table's top at z = 0.</remarks>
public static class Wx250s
{
    /// <summary>Gripper opened wide, m: each finger from the middle; 50 mm between the pads.</summary>
    public const double GripperOpen = 0.037;

    /// <summary>Gripper closed, m: each finger from the middle; 1 mm between the pads.</summary>
    public const double GripperClosed = 0.0125;

    /// <summary>The published speed of the joints, rad/s.</summary>
    public const double HardwareMaxVelocity = Math.PI;

    /// <summary>How far the fingers reach beyond the tool point, m.</summary>
    public const double FingerReach = 0.0184;

    // For commands: so far below the hardware's speed that the overshoot of a hard start (6 %) stays below it too,
    // and an acceleration that the motors follow with all joints at once and force to spare. The jerk is that of full acceleration in 31 ms: at 500 Hz
    // the mean over 16 periods.
    private const double MaxVelocity = 2, MaxAcceleration = 10, MaxJerk = 650;

    // The efforts are the published ones, which no motor exceeds: one that lasts at the end of its strength works against something. The gripper does so by nature.
    private const double LastingShare = 0.95;

    private static readonly Vector3d X = new(1, 0, 0), Y = new(0, 1, 0), Z = new(0, 0, 1);

    /// <summary>Joints, limits and geometry; the limits are for commands.</summary>
    public static RobotDescription Description { get; } = new()
    {
        Name = "wx250s",
        Joints =
        [
            new("waist", JointUnit.Radian, -3.14158, 3.14158, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 10 * LastingShare),
            new("shoulder", JointUnit.Radian, -1.88496, 1.98968, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 20 * LastingShare),
            new("elbow", JointUnit.Radian, -2.14675, 1.6057, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 15 * LastingShare),
            new("forearm_roll", JointUnit.Radian, -3.14158, 3.14158, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 2 * LastingShare),
            new("wrist_angle", JointUnit.Radian, -1.74533, 2.14675, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 5 * LastingShare),
            new("wrist_rotate", JointUnit.Radian, -3.14158, 3.14158, MaxVelocity, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: 1 * LastingShare),
            new("gripper", JointUnit.Metre, GripperClosed, GripperOpen, 0.1, 2, IsGripper: true, MaxJerk: 130),
        ],
        Chain =
        [
            new(0, new(0, 0, 0.072), Z),
            new(1, new(0, 0, 0.03865), Y),
            new(2, new(0.04975, 0, 0.25), Y),
            new(3, new(0.175, 0, 0), X),
            new(4, new(0.075, 0, 0), Y),
            new(5, new(0.065, 0, 0), X),
        ],
        Tool = new(0.0936, 0, 0),

        // The fingers reach 18 mm beyond the tool point: at the lowest they are 2 mm above the table.
        Workspace = new(Min: new(0.10, -0.30, 0.020), Max: new(0.50, 0.30, 0.45)),
        Capsules = Wx250sHull.Capsules, KeepOut = Wx250sHull.KeepOut, Apart = Wx250sHull.Apart,
    };

    /// <summary>What the arm itself must stay within, measured: its mechanical stops give a little, and no joint is faster than published.</summary>
    public static ImmutableArray<JointSpec> Hardware { get; } = [.. Description.Joints.Select(AsBuilt)];

    /// <summary>Where an episode starts, rad and m: the tool 24 cm in front of the base and 16 cm above the table, pointing down, the gripper open.</summary>
    /// <remarks>Well inside every limit, the gripper too, so that the arm measured there is inside them as well.</remarks>
    public static JointVector Home { get; } = JointVector.From([0, -0.218260, 0.406943, 0, 1.382113, 0, 0.036]);

    private static JointSpec AsBuilt(JointSpec joint)
    {
        var (give, speed) = joint.IsGripper ? (0.0005, 1.0) : (0.02, HardwareMaxVelocity);
        return joint with { MinPosition = joint.MinPosition - give, MaxPosition = joint.MaxPosition + give, MaxVelocity = speed };
    }
}
