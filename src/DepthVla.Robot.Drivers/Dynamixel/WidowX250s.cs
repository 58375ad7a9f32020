using System.Collections.Immutable;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>The motors of a WidowX 250 with six joints and a gripper, the arm of BridgeData V2, as it leaves the factory.</summary>
/// <remarks>
/// After the maker's motor file, Interbotix/interbotix_ros_manipulators, interbotix_xsarm_control/config/wx250s.yaml. Limits and geometry are
/// another matter: they come with the robot's description, whose joints have these names.
/// </remarks>
public static class WidowX250s
{
    private static readonly ImmutableArray<MotorModel> Strong = [MotorModel.Xm430W350];

    // Which of the two it is depends on the year.
    private static readonly ImmutableArray<MotorModel> Either = [MotorModel.Xl430W250, MotorModel.Xm430W350];

    /// <summary>Waist to gripper. The gripper is measured as one finger's distance from the middle, m.</summary>
    public static ImmutableArray<DynamixelJoint> Joints { get; } =
    [
        new("waist", Motor(1, "waist", Strong), Transmission.Direct),
        new("shoulder", Motor(2, "shoulder", Strong), Transmission.Direct) { Shadows = [Motor(3, "shoulder_shadow", Strong, reversed: true)] },
        new("elbow", Motor(4, "elbow", Strong), Transmission.Direct) { Shadows = [Motor(5, "elbow_shadow", Strong, reversed: true)] },
        new("forearm_roll", Motor(6, "forearm_roll", Strong), Transmission.Direct),
        new("wrist_angle", Motor(7, "wrist_angle", Strong, reversed: true), Transmission.Direct),
        new("wrist_rotate", Motor(8, "wrist_rotate", Either), Transmission.Direct),
        new("gripper", Motor(9, "gripper", Either), new SliderCrank(Horn: 0.014, Rod: 0.024)),
    ];

    // A motor that gives as much for long stalls.
    private const double LastingShare = 0.95;

    /// <summary>The arm with no joint's lasting effort above what its motors, together, can give at stall.</summary>
    public static RobotDescription Strengths(RobotDescription arm) => arm with { Joints = [.. arm.Joints.Select(joint => joint.IsGripper ? joint : joint with { MaxEffort = Math.Min(joint.MaxEffort, LastingShare * Stall(joint.Name)) })] };

    private static double Stall(string joint) => Joints.Single(driven => driven.Name == joint) is var driven
        ? driven.Shadows.Prepend(driven.Motor).Sum(motor => motor.Models.Min(model => model.StallTorque)) : 0;

    private static DynamixelMotor Motor(int id, string name, ImmutableArray<MotorModel> models, bool reversed = false) =>
        new() { Id = id, Name = name, Models = models, Reversed = reversed };
}
