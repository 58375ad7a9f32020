using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>The longest one joint takes to stand, and the farthest it goes.</summary>
/// <param name="Joint">Its name.</param>
/// <param name="Unit">The unit of its position.</param>
/// <param name="Seconds">From the decision to hold: V/A, one period, and the mean's window less one.</param>
/// <param name="Distance">rad or m: V²/2A and the mean's lag at V, at most its range.</param>
public readonly record struct JointStop(string Joint, JointUnit Unit, double Seconds, double Distance);

/// <summary>What can be said in advance of how long an arm goes on moving once it shall not.</summary>
/// <param name="Joints">For each joint, in the order of the description.</param>
/// <param name="Seconds">Until all joints stand, counted from the decision to hold.</param>
/// <param name="SecondsWithoutServer">Until all joints stand, counted from the last chunk: its validity, one period to notice, and the stop.</param>
public sealed record StoppingBound(ImmutableArray<JointStop> Joints, double Seconds, double SecondsWithoutServer)
{
    /// <summary>The bound for an arm and a rate; arithmetic on the limits alone.</summary>
    /// <param name="robot">Whose limits.</param>
    /// <param name="periodNs">Control period, ns.</param>
    /// <param name="planValidityNs">How long after its arrival a chunk can be followed, ns.</param>
    public static StoppingBound Of(RobotDescription robot, long periodNs, long planValidityNs)
    {
        var period = periodNs * 1e-9;
        var smoothing = (MovingMean.WindowFor(robot.Joints, period) - 1) * period;
        ImmutableArray<JointStop> joints = [.. robot.Joints.Select(joint => new JointStop(joint.Name, joint.Unit,
            joint.MaxVelocity / joint.MaxAcceleration + period + smoothing,
            Math.Min(joint.MaxVelocity * (joint.MaxVelocity / (2 * joint.MaxAcceleration) + smoothing / 2), joint.MaxPosition - joint.MinPosition)))];
        var seconds = joints.Max(joint => joint.Seconds);
        return new(joints, seconds, planValidityNs * 1e-9 + period + seconds);
    }
}
