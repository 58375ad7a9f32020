using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Core.Kinematics;

namespace DepthVla.Robot.Simulation.Worlds;

/// <summary>Poses of the arm with the tool pointing down, or nearly.</summary>
internal static class ArmPoses
{
    private static readonly InverseKinematics Inverse = new(Wx250s.Description);

    /// <summary>Joint positions with the tool at <paramref name="tool"/> (base frame, m), turned by <paramref name="yaw"/> rad.</summary>
    /// <param name="tool">see above</param>
    /// <param name="yaw">see above</param>
    /// <param name="gripper">m, each finger.</param>
    /// <param name="tilt">Turned by that, a horizontal vector, from pointing down; rad.</param>
    /// <returns>rad and m; null where the arm cannot.</returns>
    public static JointVector? At(Vector3d tool, double yaw, double gripper, Vector3d tilt = default)
    {
        if (!Wx250s.Description.Workspace.Contains(tool)) return null;
        var found = Inverse.Solve(new(tool, RotationMatrix.About(tilt) * RotationMatrix.ToolDown(yaw)), Wx250s.Home);
        if (!found.Reached) return null;
        var joints = found.Joints;
        joints[joints.Count - 1] = gripper;
        return joints;
    }

    /// <summary>Somewhere above the table, where an episode may start: within 12x20x8 cm and 0.4 rad, the gripper open.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="lift">How much higher than usual, m.</param>
    public static JointVector Start(Random random, double lift = 0) =>
        At(new(random.Between(0.19, 0.31), random.Around(0.10), lift + random.Between(0.12, 0.20)), random.Around(0.4), Wx250s.Home[Wx250s.Home.Count - 1])
        ?? throw new InvalidOperationException("The arm cannot reach one of its starting places.");
}
