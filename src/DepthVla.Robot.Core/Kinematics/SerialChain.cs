using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Kinematics;

/// <summary>A position and an orientation in the base frame, m.</summary>
public readonly record struct Pose(Vector3d Position, RotationMatrix Rotation);

/// <summary>Forward kinematics of an arm, straight from its description. Real-time safe.</summary>
public sealed class SerialChain(RobotDescription robot)
{
    private readonly ImmutableArray<ChainLink> _links = robot.Chain;
    private readonly Vector3d _tool = robot.Tool;

    /// <summary>Where the tool is, and how it is turned, at these joint positions.</summary>
    /// <param name="joints">rad or m, in the order of <see cref="RobotDescription.Joints"/>.</param>
    public Pose Tool(in JointVector joints)
    {
        var pose = new Pose(default, RotationMatrix.Identity);
        foreach (var link in _links) pose = Follow(pose, link, joints[link.Joint]);
        return pose with { Position = pose.Position + (pose.Rotation * _tool) };
    }

    /// <summary>Where each link's frame is, behind its joint.</summary>
    /// <param name="joints">rad or m, in the order of <see cref="RobotDescription.Joints"/>.</param>
    /// <param name="frames">One a link of the chain, base frame.</param>
    public void Frames(in JointVector joints, Span<Pose> frames)
    {
        var pose = new Pose(default, RotationMatrix.Identity);
        for (var i = 0; i < _links.Length; i++) frames[i] = pose = Follow(pose, _links[i], joints[_links[i].Joint]);
    }

    /// <summary>How fast the tool moves and turns when one joint moves at 1 rad/s, a column a link.</summary>
    /// <param name="joints">rad or m, in the order of <see cref="RobotDescription.Joints"/>.</param>
    /// <param name="linear">One vector a link of the chain, base frame, m/rad.</param>
    /// <param name="angular">One vector a link of the chain, base frame.</param>
    /// <returns>The tool's pose.</returns>
    public Pose Jacobian(in JointVector joints, Span<Vector3d> linear, Span<Vector3d> angular)
    {
        var pose = new Pose(default, RotationMatrix.Identity);
        for (var i = 0; i < _links.Length; i++)
        {
            pose = Follow(pose, _links[i], joints[_links[i].Joint]);
            linear[i] = pose.Position;                       // the joint's centre, until the tool is known
            angular[i] = pose.Rotation * _links[i].Axis;
        }

        var tool = pose with { Position = pose.Position + (pose.Rotation * _tool) };
        for (var i = 0; i < _links.Length; i++) linear[i] = angular[i].Cross(tool.Position - linear[i]);
        return tool;
    }

    private static Pose Follow(in Pose pose, in ChainLink link, double angle) =>
        new(pose.Position + (pose.Rotation * link.Offset), pose.Rotation * RotationMatrix.About(link.Axis, angle));
}
