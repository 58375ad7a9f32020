namespace DepthVla.Robot.Core.Joints;

/// <summary>What a joint's position is measured in.</summary>
public enum JointUnit
{
    /// <summary>rad, rad/s, rad/s², rad/s³.</summary>
    Radian,

    /// <summary>m, m/s, m/s², m/s³.</summary>
    Metre,
}

/// <summary>One joint and the limits that every command to it obeys.</summary>
/// <param name="Name">The joint's name, unique in its robot.</param>
/// <param name="Unit">The unit of its position.</param>
/// <param name="MinPosition">Lowest position, rad or m.</param>
/// <param name="MaxPosition">Highest position, rad or m.</param>
/// <param name="MaxVelocity">Highest speed either way, rad/s or m/s.</param>
/// <param name="MaxAcceleration">Highest acceleration either way, rad/s² or m/s².</param>
/// <param name="IsGripper">A gripper switches between steps of a chunk; it is never interpolated.</param>
/// <param name="MaxJerk">Highest change of acceleration either way, rad/s³ or m/s³; infinite for no limit.</param>
/// <param name="MaxEffort">Highest effort that may last, N·m or N; infinite for no limit.</param>
public sealed record JointSpec(
    string Name,
    JointUnit Unit,
    double MinPosition,
    double MaxPosition,
    double MaxVelocity,
    double MaxAcceleration,
    bool IsGripper = false,
    double MaxJerk = double.PositiveInfinity,
    double MaxEffort = double.PositiveInfinity);
