using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Daemon.RobotFiles;

/// <summary>A limit of a joint that a robot file may make narrower.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Of">What it is for a joint.</param>
/// <param name="With">The joint with another.</param>
/// <param name="IsLower">Whether more is narrower; otherwise less is.</param>
internal sealed record JointLimit(string Name, Func<JointSpec, double> Of, Func<JointSpec, double, JointSpec> With, bool IsLower = false)
{
    /// <summary>Every one.</summary>
    public static ImmutableArray<JointLimit> All { get; } =
    [
        new("min_position", joint => joint.MinPosition, (joint, value) => joint with { MinPosition = value }, IsLower: true),
        new("max_position", joint => joint.MaxPosition, (joint, value) => joint with { MaxPosition = value }),
        new("max_velocity", joint => joint.MaxVelocity, (joint, value) => joint with { MaxVelocity = value }),
        new("max_acceleration", joint => joint.MaxAcceleration, (joint, value) => joint with { MaxAcceleration = value }),
        new("max_jerk", joint => joint.MaxJerk, (joint, value) => joint with { MaxJerk = value }),
        new("max_effort", joint => joint.MaxEffort, (joint, value) => joint with { MaxEffort = value }),
    ];

    /// <summary>Whether <paramref name="value"/> allows a joint nothing that it is not allowed already.</summary>
    public bool IsNarrower(JointSpec joint, double value) => IsLower ? value >= Of(joint) : value <= Of(joint);
}
