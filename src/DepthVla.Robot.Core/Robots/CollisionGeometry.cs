namespace DepthVla.Robot.Core.Robots;

/// <summary>Part of an arm's hull: all points within <paramref name="Radius"/> of a segment that is fixed to a link.</summary>
/// <param name="Name">Such as "upper_arm"; for messages.</param>
/// <param name="Link">Index into <see cref="RobotDescription.Chain"/>: the frame behind that joint; <see cref="Base"/> for what never moves.</param>
/// <param name="From">One end of the segment, link frame, m.</param>
/// <param name="To">The other end, link frame, m; may be the same.</param>
/// <param name="Radius">m, 0.001 to 1.</param>
public readonly record struct LinkCapsule(string Name, int Link, Vector3d From, Vector3d To, double Radius)
{
    /// <summary>The link that stands still: the base frame.</summary>
    public const int Base = -1;
}

/// <summary>A box that no moving capsule may enter: a table, a wall, a camera's post.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Box">Base frame, m.</param>
public readonly record struct KeepOutBox(string Name, WorkspaceBox Box);

/// <summary>Two capsules of the arm that stay apart.</summary>
/// <param name="First">Index into <see cref="RobotDescription.Capsules"/>.</param>
/// <param name="Second">Index into <see cref="RobotDescription.Capsules"/>; on another link.</param>
/// <param name="Distance">How far apart their surfaces stay, m; 0 or more.</param>
public readonly record struct CapsulePair(int First, int Second, double Distance);
