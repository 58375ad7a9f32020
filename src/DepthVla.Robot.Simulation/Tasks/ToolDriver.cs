using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tasks;

/// <summary>Carries out tool commands in a world, as fast as it can be computed. Owned by the thread that owns the world.</summary>
/// <remarks>
/// Within a period the joints' goals go in a straight line from where the last command led to where this one does, at most as fast as the
/// joints' limits for commands; what is left of a faraway command is left.
/// </remarks>
public sealed class ToolDriver(TabletopPhysics physics)
{
    private const int StepsPerPeriod = (int)(ToolCommand.Period * 1e9 / TabletopPhysics.StepNs);

    private readonly InverseKinematics _inverse = new(Wx250s.Description);
    private JointVector _target = physics.Start;

    /// <summary>To be called after every reset of the world: forgets where the last command led.</summary>
    public void Restart() => _target = physics.Start;

    /// <summary>The joint positions for a command, found near <paramref name="start"/>; rad and m.</summary>
    public JointSolution Solve(in ToolCommand command, in JointVector start)
    {
        var found = _inverse.Solve(new(command.Tool, RotationMatrix.ToolDown(command.Yaw)), start);
        var joints = found.Joints;
        var gripper = Wx250s.Description.Joints[joints.Count - 1];
        joints[joints.Count - 1] = Math.Clamp(command.Gripper, gripper.MinPosition, gripper.MaxPosition);
        return found with { Joints = joints };
    }

    /// <summary>Runs the world for <see cref="ToolCommand.Period"/>.</summary>
    public void Drive(in ToolCommand command) => Drive(Solve(command, _target).Joints);

    /// <summary>Runs the world for <see cref="ToolCommand.Period"/> towards joint positions, rad and m.</summary>
    public void Drive(in JointVector joints)
    {
        var (from, to) = (_target, joints);
        for (var j = 0; j < to.Count; j++)
        {
            var most = Wx250s.Description.Joints[j].MaxVelocity * ToolCommand.Period;
            to[j] = Math.Clamp(to[j], from[j] - most, from[j] + most);
        }

        for (var i = 1; i <= StepsPerPeriod; i++)
        {
            for (var j = 0; j < to.Count; j++) _target[j] = from[j] + ((to[j] - from[j]) * i / StepsPerPeriod);
            physics.Step(_target);
        }
    }
}
