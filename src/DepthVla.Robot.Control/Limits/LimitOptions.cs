using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>By how much a person narrows the limits of an arm.</summary>
public sealed record LimitOptions
{
    /// <summary>What ISO 10218-1 calls manual reduced speed, m/s at the tool point.</summary>
    public const double ManualReducedSpeed = 0.25;

    /// <summary>Highest speed of the tool point, m/s, 0.01 or more. The default is infinite: no limit but the joints'.</summary>
    public double ReducedSpeed { get; init; } = double.PositiveInfinity;

    /// <summary>Share of the joints' speed and acceleration that an arm may use with what it carries, 0.01 to 1; grippers keep theirs. The default is 1.</summary>
    public double PayloadScale { get; init; } = 1;

    /// <summary>An arm with these narrower limits. Pure.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public RobotDescription On(RobotDescription robot)
    {
        if (!(ReducedSpeed >= 0.01)) throw new ArgumentOutOfRangeException(nameof(robot), ReducedSpeed, $"{nameof(ReducedSpeed)} is 0.01 m/s or more");
        if (!(PayloadScale is >= 0.01 and <= 1)) throw new ArgumentOutOfRangeException(nameof(robot), PayloadScale, $"{nameof(PayloadScale)} is 0.01 to 1");
        return robot with
        {
            MaxToolSpeed = Math.Min(robot.MaxToolSpeed, ReducedSpeed),
            Joints = [.. robot.Joints.Select(joint => joint.IsGripper ? joint : joint with
            {
                MaxVelocity = joint.MaxVelocity * PayloadScale, MaxAcceleration = joint.MaxAcceleration * PayloadScale,
            })],
        };
    }
}
