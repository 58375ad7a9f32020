using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation.Tests.Worlds;

/// <summary>Moves the arm from pose to pose by inverse kinematics, in straight lines of joint space at a walking pace.</summary>
internal sealed class ScriptedHand(TabletopPhysics physics)
{
    private const double Speed = 0.8; // rad/s

    private readonly InverseKinematics _inverse = new(Wx250s.Description);
    private JointVector _goal = Wx250s.Home;
    private (double X, double Y, double Yaw) _over;

    public void MoveTo(double x, double y, double z, double yaw)
    {
        _over = (x, y, yaw);
        var found = _inverse.Solve(new(new(x, y, z), RotationMatrix.ToolDown(yaw)), _goal);
        Assert.True(found.Reached);
        var (from, to) = (_goal, found.Joints);
        var farthest = 0.0;
        for (var j = 0; j < 6; j++) farthest = Math.Max(farthest, Math.Abs(to[j] - from[j]));
        Go(to, (int)Math.Ceiling(farthest / (Speed * 0.002)) + 1);
        Wait(100);
    }

    /// <summary>Straight up or down from where <see cref="MoveTo"/> led.</summary>
    public void MoveToHeight(double z) => MoveTo(_over.X, _over.Y, z, _over.Yaw);

    public void MoveGripper(double position)
    {
        var to = _goal;
        to[6] = position;
        Go(to, 125);
        Wait(100);
    }

    /// <summary>Reaches for an object, closes the gripper to <paramref name="grip"/> across it and lifts 10 cm.</summary>
    /// <param name="name">The object.</param>
    /// <param name="grip">m, each finger.</param>
    /// <param name="along">Where to take it, along its own x, m.</param>
    /// <param name="symmetry">The turn after which it looks the same, rad.</param>
    public void PickUp(string name, double grip, double along = 0, double symmetry = Math.PI / 2)
    {
        var pose = physics.PoseOf(name);
        var place = pose.Position + (pose.Rotation.X * along);
        var yaw = Math.Atan2(pose.Rotation.X.Y, pose.Rotation.X.X);
        yaw -= Math.Round(yaw / symmetry) * symmetry;
        MoveGripper(Wx250s.GripperOpen);
        MoveTo(place.X, place.Y, 0.12, yaw);
        MoveToHeight(0.021);
        MoveGripper(grip);
        MoveToHeight(0.121);
    }

    public void Wait(int steps)
    {
        for (var i = 0; i < steps; i++) physics.Step(_goal);
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
}
