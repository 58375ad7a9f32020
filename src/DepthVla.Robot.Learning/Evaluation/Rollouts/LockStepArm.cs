using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Learning.Evaluation.Rollouts;

/// <summary>The simulated arm and its clock for a control loop that takes turns with the world: one command, one step, on one thread.</summary>
internal sealed class LockStepArm(TabletopPhysics physics, PhysicsLog? log) : IRobot, IPace
{
    private JointVector _goal = physics.Start;
    private long _written;

    public RobotDescription Description => Wx250s.Description;

    public long PeriodNs => TabletopPhysics.StepNs;

    /// <summary>Since the world was laid out, ns: the robot's clock.</summary>
    public long NowNs => physics.Steps * TabletopPhysics.StepNs;

    public JointState Read() => physics.Measure(NowNs);

    public void Write(in JointCommand command) => (_goal, _written) = (command.Positions, _written + 1);

    public PaceTick WaitForNextPeriod() => new(NowNs, NowNs, 0, 0);

    /// <summary>Moves the world on by a period, the arm going for the last command.</summary>
    public void Advance()
    {
        physics.Step(_goal);
        if (log is null) return;
        var state = Read();
        log.Add(new PhysicsSample
        {
            TimeNs = state.TimeNs, Episode = 0, CommandNumber = _written, Commanded = _goal,
            Positions = state.Positions, Velocities = state.Velocities, Tool = physics.Tool.Position,
        });
    }

    public void Dispose()
    {
    }
}
