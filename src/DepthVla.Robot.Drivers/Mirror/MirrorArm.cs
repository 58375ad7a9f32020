using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Drivers.Mirror;

/// <summary>No arm at all: it measures what it was told. For trying a server and cameras without one.</summary>
/// <param name="description">Whose joints.</param>
/// <param name="start">Where it is until the first command, rad or m.</param>
/// <param name="clock">The robot's clock.</param>
public sealed class MirrorArm(RobotDescription description, JointVector start, MonotonicClock clock) : IRobot
{
    private long _timeNs = clock.NowNs;
    private JointVector _positions = start, _velocities = JointVector.Zero(start.Count);

    /// <inheritdoc/>
    public RobotDescription Description => description;

    /// <inheritdoc/>
    public JointState Read() => new(clock.NowNs, _positions, _velocities);

    /// <inheritdoc/>
    public void Write(in JointCommand command)
    {
        var seconds = (command.TimeNs - _timeNs) * 1e-9;
        for (var i = 0; i < _positions.Count; i++) _velocities[i] = seconds > 0 ? (command.Positions[i] - _positions[i]) / seconds : 0;
        (_timeNs, _positions) = (command.TimeNs, command.Positions);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
