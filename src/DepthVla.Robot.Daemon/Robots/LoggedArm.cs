using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>A real arm, and a log of what it was told and what it measured, for the referee.</summary>
/// <param name="arm">Driven, and owned.</param>
/// <param name="log">Gets a sample a command, and before the first, and the first after people let go of it, one of what the arm held by itself.</param>
internal sealed class LoggedArm(IRobot arm, PhysicsLog log) : IRobot
{
    private JointState _measured;
    private long _commands;
    private int _episode;
    private bool _follows;

    public RobotDescription Description => arm.Description;

    public string? Fault => arm.Fault;

    public FreeDrive FreeDrive => arm.FreeDrive;

    public JointState Read() => _measured = arm.Read();

    public void Write(in JointCommand command)
    {
        arm.Write(in command);
        var follows = command.Kind == CommandKind.Follow;
        if (follows && !_follows)
        {
            _episode++;
            Log(command.TimeNs, command.Positions);
        }

        _follows = follows;
        if (!follows) return; // what people do with it is not the arm's to answer for
        _commands++;
        Log(command.TimeNs, command.Positions);
    }

    public void Dispose() => arm.Dispose();

    private void Log(long timeNs, in JointVector commanded) => log.Add(new()
    {
        TimeNs = timeNs, Episode = _episode, CommandNumber = _commands, Commanded = commanded, Positions = _measured.Positions, Velocities = _measured.Velocities, Tool = default,
    });
}
