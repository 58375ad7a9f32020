using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Kinematics;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

/// <summary>Moves the arm from pose to pose by inverse kinematics, in straight lines of joint space at a walking pace.</summary>
internal sealed class ScriptedHand(TabletopPhysics physics)
{
    private const double Speed = 0.8; // rad/s

    private readonly InverseKinematics _inverse = new(Wx250s.Description);
    private JointVector _goal = Wx250s.Home;

    public void MoveTo(double x, double y, double z, double yaw)
    {
        var found = _inverse.Solve(new(new(x, y, z), Rotation.ToolDown(yaw)), _goal);
        Assert.True(found.Reached);
        var (from, to) = (_goal, found.Joints);
        var farthest = 0.0;
        for (var j = 0; j < 6; j++) farthest = Math.Max(farthest, Math.Abs(to[j] - from[j]));
        Go(to, (int)Math.Ceiling(farthest / (Speed * 0.002)) + 1);
        Wait(100);
    }

    public void MoveGripper(double position)
    {
        var to = _goal;
        to[6] = position;
        Go(to, 125);
        Wait(100);
    }

    /// <summary>Reaches for a block, closes the gripper to <paramref name="grip"/> and lifts 10 cm.</summary>
    public void PickUp(string block, double grip)
    {
        var pose = physics.PoseOf(block);
        var (p, yaw) = (pose.Position, Math.Atan2(pose.Rotation.X.Y, pose.Rotation.X.X));
        yaw -= Math.Round(yaw / (Math.PI / 2)) * Math.PI / 2; // a block looks the same after a quarter turn
        MoveGripper(Wx250s.GripperOpen);
        MoveTo(p.X, p.Y, 0.12, yaw);
        MoveTo(p.X, p.Y, 0.022, yaw);
        MoveGripper(grip);
        MoveTo(p.X, p.Y, 0.122, yaw);
    }

    private void Go(in JointVector to, int steps)
    {
        var from = _goal;
        for (var i = 1; i <= steps; i++)
        {
            for (var j = 0; j < to.Count; j++) _goal[j] = from[j] + ((to[j] - from[j]) * i / steps);
            physics.Step(_goal);
        }
    }

    private void Wait(int steps)
    {
        for (var i = 0; i < steps; i++) physics.Step(_goal);
    }
}
