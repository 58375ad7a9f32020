using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Core.Robots;

/// <summary>What an arm measured.</summary>
/// <param name="TimeNs">When, on the robot's monotonic clock.</param>
/// <param name="Positions">rad or m, in the order of <see cref="RobotDescription.Joints"/>.</param>
/// <param name="Velocities">rad/s or m/s, same order.</param>
/// <param name="Efforts">What the motors give, N·m or N, same order; of no joints where the arm does not report it.</param>
public readonly record struct JointState(long TimeNs, JointVector Positions, JointVector Velocities, JointVector Efforts = default);

/// <summary>What an arm is told: where to be one control period from now.</summary>
/// <param name="TimeNs">When it was decided, on the robot's monotonic clock.</param>
/// <param name="Positions">rad or m, in the order of <see cref="RobotDescription.Joints"/>.</param>
/// <param name="Kind">Whether they are to be gone to.</param>
public readonly record struct JointCommand(long TimeNs, JointVector Positions, CommandKind Kind = CommandKind.Follow);

/// <summary>An arm. Owned by the control thread alone.</summary>
public interface IRobot : IDisposable
{
    /// <summary>Joints, limits and geometry; never changes.</summary>
    RobotDescription Description { get; }

    /// <summary>Why the arm can be driven no more, in a sentence; null while it can. Its states then grow old. Any thread.</summary>
    string? Fault => null;

    /// <summary>Whether people may move it by hand when it is told <see cref="CommandKind.Free"/>, and what holds it up then; never changes. Any thread.</summary>
    /// <remarks>From a free arm's next command of another kind on, the driver holds it where it is before it goes anywhere; so it does when it is disposed of.</remarks>
    FreeDrive FreeDrive => FreeDrive.None;

    /// <summary>The newest measured state. Real-time safe: neither allocates nor blocks.</summary>
    JointState Read();

    /// <summary>Sends a command. Real-time safe: neither allocates nor blocks.</summary>
    void Write(in JointCommand command);
}
