using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>Judges a sequence of commands by their finite differences and its own kinematics; shares no arithmetic with the product.</summary>
internal static class Referee
{
    // Dividing by dt twice rounds: a few 1e-16 of v/dt, far below this share of any acceleration here.
    private const double Rounding = 1e-9;

    // And three times, of anything up to 1e-5 rad/s³.
    private const double JerkRounding = 1e-5;

    /// <summary>The first violation, in words, or null. Positions, workspace, hull and tool speed are judged without any tolerance.</summary>
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

            var tool = ToolPoint(robot, commands[k]);
            if (!robot.Workspace.Contains(tool)) return $"{k}: tool at {tool}, box {robot.Workspace}";
            if (k > 0 && !(Length(tool - ToolPoint(robot, commands[k - 1])) <= robot.MaxToolSpeed * dt)) return $"{k}: tool from {ToolPoint(robot, commands[k - 1])} to {tool}";
            if (LeastClearance(robot, commands[k]) is var (clearance, what) && !(clearance >= 0)) return $"{k}: {what} by {clearance:R} m";
        }

        return null;
    }

    /// <summary>Where the tool point is, base frame, m.</summary>
    public static Vector3d ToolPoint(RobotDescription robot, double[] positions) => Point(robot, positions, robot.Chain.Length - 1, robot.Tool);

    /// <summary>The least of what is left between capsules and boxes, and capsules and capsules, m; and which.</summary>
    public static (double Metres, string What) LeastClearance(RobotDescription robot, double[] positions)
    {
        var placed = robot.Capsules.Select(c => (From: Point(robot, positions, c.Link, c.From), To: Point(robot, positions, c.Link, c.To))).ToArray();
        var least = (Metres: double.PositiveInfinity, What: "");
        foreach (var (name, box) in robot.KeepOut)
        for (var i = 0; i < placed.Length; i++)
            if (robot.Capsules[i].Link != LinkCapsule.Base && ToBox(placed[i], box) - robot.Capsules[i].Radius is var left && !(left >= least.Metres)) least = (left, $"'{robot.Capsules[i].Name}' in '{name}'");
        foreach (var (a, b, distance) in robot.Apart)
            if (ToSegment(placed[a], placed[b]) - robot.Capsules[a].Radius - robot.Capsules[b].Radius - distance is var left && !(left >= least.Metres)) least = (left, $"'{robot.Capsules[a].Name}' at '{robot.Capsules[b].Name}'");
        return least;
    }

    /// <summary>From a segment to a box, m: searched for, by thirds.</summary>
    public static double ToBox((Vector3d From, Vector3d To) segment, WorkspaceBox box) =>
        Least(t => Length(At(segment, t) - box.Nearest(At(segment, t))));

    /// <summary>From a segment to another, m: searched for on one of them, by thirds.</summary>
    public static double ToSegment((Vector3d From, Vector3d To) one, (Vector3d From, Vector3d To) other) => Least(s =>
    {
        var (p, way) = (At(one, s), other.To - other.From);
        var (along, square) = (Dot(p - other.From, way), Dot(way, way));
        return Length(p - At(other, square > 0 ? Math.Clamp(along / square, 0, 1) : 0));
    });

    private static double Least(Func<double, double> distance)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 60; i++)
        {
            var third = (high - low) / 3;
            if (distance(low + third) < distance(high - third)) high -= third;
            else low += third;
        }

        return distance((low + high) / 2);
    }

    private static Vector3d At((Vector3d From, Vector3d To) segment, double t) => segment.From + (segment.To - segment.From) * t;

    private static double Dot(Vector3d a, Vector3d b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    private static double Length(Vector3d v) => Math.Sqrt(Dot(v, v));

    /// <summary>Forward kinematics of a link's point by homogeneous matrices, base to link.</summary>
    public static Vector3d Point(RobotDescription robot, double[] positions, int link, Vector3d t)
    {
        double[,] pose = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 } };
        foreach (var (joint, o, a) in robot.Chain.Take(link + 1))
        {
            // R = I + sin K + (1 − cos) K², K the cross product matrix of the axis
            double[,] cross = { { 0, -a.Z, a.Y, 0 }, { a.Z, 0, -a.X, 0 }, { -a.Y, a.X, 0, 0 }, { 0, 0, 0, 0 } };
            var square = Product(cross, cross);
            double[,] step = { { 1, 0, 0, o.X }, { 0, 1, 0, o.Y }, { 0, 0, 1, o.Z }, { 0, 0, 0, 1 } };
            for (var r = 0; r < 3; r++)
            for (var c = 0; c < 3; c++)
                step[r, c] += Math.Sin(positions[joint]) * cross[r, c] + (1 - Math.Cos(positions[joint])) * square[r, c];
            pose = Product(pose, step);
        }

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
