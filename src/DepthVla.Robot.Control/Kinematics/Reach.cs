using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Kinematics;

/// <summary>How far points of an arm can move, at most, for each rad that a joint turns: m/rad, by joint; 0 for joints off the chain.</summary>
/// <remarks>The straightened length of what hangs on the joint. For motions of several joints the bounds add up. Pure.</remarks>
public static class Reach
{
    /// <summary>Of the tool point.</summary>
    public static double[] OfTool(RobotDescription robot) => Of(robot, robot.Chain.Length - 1, Length(robot.Tool));

    /// <summary>Of the tool point and of every capsule's segment.</summary>
    public static double[] OfHull(RobotDescription robot)
    {
        var most = OfTool(robot);
        foreach (var capsule in robot.Capsules)
        {
            var reach = Of(robot, capsule.Link, Math.Max(Length(capsule.From), Length(capsule.To)));
            for (var j = 0; j < most.Length; j++) most[j] = Math.Max(most[j], reach[j]);
        }

        return most;
    }

    private static double[] Of(RobotDescription robot, int link, double beyond)
    {
        var reach = new double[robot.Joints.Length];
        for (var i = link; i >= 0; i--)
        {
            reach[robot.Chain[i].Joint] += beyond;
            beyond += Length(robot.Chain[i].Offset);
        }

        return reach;
    }

    private static double Length(Vector3d v) => Math.Sqrt(v.X * v.X + v.Y * v.Y + v.Z * v.Z);
}
