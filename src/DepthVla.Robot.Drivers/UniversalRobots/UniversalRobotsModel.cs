using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>An arm of the e-Series: its published sizes, speeds and torques.</summary>
/// <remarks>
/// <para>The base frame is the controller's own "Base": z up out of the flange it stands on; with all joints at zero the arm lies stretched out along −x.
/// UR publishes Denavit–Hartenberg parameters ("Parameters for calculations of kinematics and dynamics"). As offsets in a frame that stays
/// aligned with the base they read: the shoulder d1 up, upper arm and forearm along x (a2 and a3 are negative), wrist 2 at −d4 along y,
/// wrist 3 at −d5 along z, the flange at −d6 along y; joint 1 turns about z, joints 2, 3, 4 and 6 about −y, joint 5 about −z. The tool frame is
/// the last of these frames, so the controller's tool frame is it turned a quarter about x.</para>
/// <para>An arm differs from the published sizes by about a millimetre; its own calibration stays in its controller.</para>
/// </remarks>
public sealed class UniversalRobotsModel
{
    private static readonly Vector3d Up = new(0, 0, 1), Down = new(0, 0, -1), Right = new(0, -1, 0);

    // The servo behind servoj may overshoot what it is told; how far was not measured. Accelerations are not published:
    // this is about twice the pendant's default of 1.4 rad/s², built up in some 60 ms.
    private const double ShareOfSpeed = 0.9, MaxAcceleration = 3, MaxJerk = 100;

    // Of the published torques ("Max. joint torques", as UR's own description of its arms has them): one that lasts there works against something.
    private const double LastingShare = 0.95;

    private static readonly ImmutableArray<string> JointNames = ["shoulder_pan", "shoulder_lift", "elbow", "wrist_1", "wrist_2", "wrist_3"];

    private readonly double _d1, _a2, _a3, _d4, _d5, _d6;
    private readonly ImmutableArray<double> _speeds, _torques;
    private readonly ImmutableArray<LinkCapsule> _capsules;

    private UniversalRobotsModel(
        string name, double d1, double a2, double a3, double d4, double d5, double d6, ImmutableArray<LinkCapsule> capsules, ImmutableArray<double> torques,
        params ImmutableArray<double> degreesPerSecond)
    {
        (Name, _d1, _a2, _a3, _d4, _d5, _d6, _capsules, _torques) = (name, d1, a2, a3, d4, d5, d6, capsules, torques);
        _speeds = [.. degreesPerSecond.Select(double.DegreesToRadians)];
    }

    /// <summary>UR3e: 3 kg, 0.5 m.</summary>
    public static UniversalRobotsModel Ur3e { get; } = new("ur3e", 0.15185, -0.24355, -0.2132, 0.13105, 0.08535, 0.0921, UniversalRobotsHull.Ur3e, [54, 54, 28, 9, 9, 9], 180, 180, 180, 360, 360, 360);

    /// <summary>UR5e: 5 kg, 0.85 m.</summary>
    public static UniversalRobotsModel Ur5e { get; } = new("ur5e", 0.1625, -0.425, -0.3922, 0.1333, 0.0997, 0.0996, UniversalRobotsHull.Ur5e, [150, 150, 150, 28, 28, 28], 180, 180, 180, 180, 180, 180);

    /// <summary>UR10e: 12.5 kg, 1.3 m.</summary>
    public static UniversalRobotsModel Ur10e { get; } = new("ur10e", 0.1807, -0.6127, -0.57155, 0.17415, 0.11985, 0.11655, UniversalRobotsHull.Ur10e, [330, 330, 150, 54, 54, 54], 120, 120, 180, 180, 180, 180);

    /// <summary>Every model there is.</summary>
    public static ImmutableArray<UniversalRobotsModel> All { get; } = [Ur3e, Ur5e, Ur10e];

    /// <summary>Such as "ur5e".</summary>
    public string Name { get; }

    /// <summary>Joints, limits and geometry.</summary>
    /// <remarks>The joints turn ±2π, the elbow ±π: beyond that it would meet the upper arm.</remarks>
    /// <param name="workspace">Where the tool point may be, base frame, m. The default is the middle of what the arm reaches on the side that it
    /// stretches to at zero, 5 cm above its base and more: an arm that works elsewhere needs its own.</param>
    /// <param name="toolLength">From the flange to the tool point, straight out, m; 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tool is longer than that.</exception>
    public RobotDescription Describe(WorkspaceBox? workspace = null, double toolLength = 0)
    {
        if (!(toolLength is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(toolLength), toolLength, "a tool is 0 to 1 m long");
        return new RobotDescription
        {
            Name = Name,
            Joints = [.. JointNames.Select((name, i) => Joint(name, i == 2 ? Math.PI : Math.Tau, ShareOfSpeed * _speeds[i], LastingShare * _torques[i]))],
            Chain =
            [
                new(0, new(0, 0, _d1), Up),
                new(1, default, Right),
                new(2, new(_a2, 0, 0), Right),
                new(3, new(_a3, 0, 0), Right),
                new(4, new(0, -_d4, 0), Down),
                new(5, new(0, 0, -_d5), Right),
            ],
            Tool = new(0, -_d6 - toolLength, 0),
            Workspace = workspace ?? InFront(-_a2 - _a3),
            Capsules = _capsules, Apart = UniversalRobotsHull.Apart,
        };
    }

    private static JointSpec Joint(string name, double range, double speed, double torque) =>
        new(name, JointUnit.Radian, -range, range, speed, MaxAcceleration, MaxJerk: MaxJerk, MaxEffort: torque);

    private static WorkspaceBox InFront(double reach) => new(Min: new(-0.8 * reach, -0.4 * reach, 0.05), Max: new(-0.25 * reach, 0.4 * reach, 0.75 * reach));
}
