using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Daemon.Robots;

/// <summary>A real arm, and a log of what it was told and what it measured, for the referee.</summary>
/// <param name="arm">Driven, and owned.</param>
/// <param name="log">Gets a sample a command, before it the one state that the arm held by itself.</param>
internal sealed class LoggedArm(IRobot arm, PhysicsLog log) : IRobot
{
    private JointState _measured;
    private long _commands;

    public RobotDescription Description => arm.Description;

    public string? Fault => arm.Fault;

    public JointState Read() => _measured = arm.Read();

    public void Write(in JointCommand command)
    {
        arm.Write(in command);
        if (_commands == 0) Log(command.TimeNs, command.Positions);
        _commands++;
        Log(command.TimeNs, command.Positions);
    }

    public void Dispose() => arm.Dispose();

    private void Log(long timeNs, in JointVector commanded) => log.Add(new()
    {
        TimeNs = timeNs, Episode = 0, CommandNumber = _commands, Commanded = commanded, Positions = _measured.Positions, Velocities = _measured.Velocities, Tool = default,
    });
}
