using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Core.Robots;

/// <summary>A revolute joint in the serial chain: step by <paramref name="Offset"/> in the previous link's frame, then turn about <paramref name="Axis"/>.</summary>
/// <param name="Joint">Index into <see cref="RobotDescription.Joints"/>.</param>
/// <param name="Offset">From the previous joint's frame to this one, m.</param>
/// <param name="Axis">Unit axis of rotation in this joint's frame.</param>
public readonly record struct ChainLink(int Joint, Vector3d Offset, Vector3d Axis);

/// <summary>What the daemon must know of an arm before it may move it: joints, limits, chain, hull, workspace.</summary>
public sealed record RobotDescription
{
    /// <summary>The kind of arm, such as "wx250s".</summary>
    public required string Name { get; init; }

    /// <summary>The joints in command order, at most <see cref="JointVector.MaxJoints"/>.</summary>
    public required ImmutableArray<JointSpec> Joints { get; init; }

    /// <summary>The serial chain from base to tool; all rotations zero means all link frames aligned with the base frame.</summary>
    public required ImmutableArray<ChainLink> Chain { get; init; }

    /// <summary>The tool point in the last link's frame, m.</summary>
    public required Vector3d Tool { get; init; }

    /// <summary>Where the tool point may be, base frame, m.</summary>
    public required WorkspaceBox Workspace { get; init; }

    /// <summary>The arm's hull, link by link. Empty where nothing is known of it: then neither <see cref="KeepOut"/> nor <see cref="Apart"/> can be kept.</summary>
    public ImmutableArray<LinkCapsule> Capsules { get; init; } = [];

    /// <summary>Where no capsule of a moving link may be.</summary>
    public ImmutableArray<KeepOutBox> KeepOut { get; init; } = [];

    /// <summary>Which capsules stay apart, and how far.</summary>
    public ImmutableArray<CapsulePair> Apart { get; init; } = [];

    /// <summary>Highest speed of the tool point, m/s; infinite for no limit but the joints'.</summary>
    public double MaxToolSpeed { get; init; } = double.PositiveInfinity;
}
