using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>Judges a sequence of commands by their finite differences and its own kinematics; shares no arithmetic with the product.</summary>
internal static class Referee
{
    // Dividing by dt twice rounds: a few 1e-16 of v/dt, far below this share of any acceleration here.
    private const double Rounding = 1e-9;

    // And three times, of anything up to 1e-5 rad/s³.
    private const double JerkRounding = 1e-5;

    /// <summary>The first violation, in words, or null. Positions and workspace are judged without any tolerance.</summary>
    public static string? FirstViolation(RobotDescription robot, double dt, IReadOnlyList<double[]> commands)
    {
        var (lastVelocity, lastAcceleration) = (new double[robot.Joints.Length], new double[robot.Joints.Length]);
        for (var k = 0; k < commands.Count; k++)
        {
            for (var j = 0; j < robot.Joints.Length; j++)
            {
                var (joint, p) = (robot.Joints[j], commands[k][j]);
                var velocity = k == 0 ? 0 : (p - commands[k - 1][j]) / dt;
                var acceleration = (velocity - lastVelocity[j]) / dt;
                var jerk = (acceleration - lastAcceleration[j]) / dt;
                (lastVelocity[j], lastAcceleration[j]) = (velocity, acceleration);
                if (!(p >= joint.MinPosition && p <= joint.MaxPosition)) return $"{k}: {joint} is at {p:R}";
                if (!(Math.Abs(velocity) <= joint.MaxVelocity * (1 + Rounding))) return $"{k}: {joint} moves at {velocity:R}";
                if (!(Math.Abs(acceleration) <= joint.MaxAcceleration * (1 + Rounding))) return $"{k}: {joint} accelerates by {acceleration:R}";
                if (!(Math.Abs(jerk) <= joint.MaxJerk * (1 + Rounding) + JerkRounding)) return $"{k}: {joint} jerks by {jerk:R}";
            }

            if (ToolPoint(robot, commands[k]) is var tool && !robot.Workspace.Contains(tool)) return $"{k}: tool at {tool}, box {robot.Workspace}";
        }

        return null;
    }

    /// <summary>Forward kinematics by homogeneous matrices, base to tool.</summary>
    public static Vector3d ToolPoint(RobotDescription robot, double[] positions)
    {
        double[,] pose = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
        foreach (var (joint, o, a) in robot.Chain)
        {
            // R = I + sin K + (1 − cos) K², K the cross product matrix of the axis
            double[,] cross = { { 0, -a.Z, a.Y, 0 }, { a.Z, 0, -a.X, 0 }, { -a.Y, a.X, 0, 0 }, { 0, 0, 0, 0 } };
            var square = Product(cross, cross);
            double[,] link = { { 1, 0, 0, o.X }, { 0, 1, 0, o.Y }, { 0, 0, 1, o.Z }, { 0, 0, 0, 1 } };
            for (var r = 0; r < 3; r++)
            for (var c = 0; c < 3; c++)
                link[r, c] += Math.Sin(positions[joint]) * cross[r, c] + (1 - Math.Cos(positions[joint])) * square[r, c];
            pose = Product(pose, link);
        }

        var t = robot.Tool;
        double Row(int r) => pose[r, 0] * t.X + pose[r, 1] * t.Y + pose[r, 2] * t.Z + pose[r, 3];
        return new(Row(0), Row(1), Row(2));
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[4, 4];
        for (var r = 0; r < 4; r++)
        for (var c = 0; c < 4; c++)
        for (var k = 0; k < 4; k++)
            product[r, c] += a[r, k] * b[k, c];
        return product;
    }
}
