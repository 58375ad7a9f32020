using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Integration.Tests.RealArms;

/// <summary>An arm that the shipped policy fits, as a service might describe it.</summary>
internal static class ServedArm
{
    private static readonly Vector3d X = new(1, 0, 0), Y = new(0, 1, 0), Z = new(0, 0, 1);

    /// <summary>In the middle of its workspace, the gripper open, rad and m.</summary>
    public static double[] Pose => [0, -0.218260, 0.406943, 0, 1.382113, 0, 0.036];

    public static RobotDescription Description { get; } = new()
    {
        Name = "wx250s",
        Joints =
        [
            .. ((string[])["waist", "shoulder", "elbow", "forearm_roll", "wrist_angle", "wrist_rotate"]).Select(name =>
                new JointSpec(name, JointUnit.Radian, -1.6, 1.6, 2, 10, MaxJerk: 650, MaxEffort: 4)),
            new("gripper", JointUnit.Metre, 0.0125, 0.037, 0.1, 2, IsGripper: true, MaxJerk: 130),
        ],
        Chain =
        [
            new(0, new(0, 0, 0.072), Z), new(1, new(0, 0, 0.03865), Y), new(2, new(0.04975, 0, 0.25), Y), new(3, new(0.175, 0, 0), X), new(4, new(0.075, 0, 0), Y),
            new(5, new(0.065, 0, 0), X),
        ],
        Tool = new(0.0936, 0, 0),
        Workspace = new(Min: new(0.10, -0.30, 0.02), Max: new(0.50, 0.30, 0.45)),
    };
}
