using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>Arms to test with: one like a WidowX 250, and random ones.</summary>
internal static class Arms
{
    public static readonly Vector3d X = new(1, 0, 0), Y = new(0, 1, 0), Z = new(0, 0, 1);

    public static readonly RobotDescription WidowX = new()
    {
        Name = "wx250s",
        Joints =
        [
            new("waist", JointUnit.Radian, -3.14158, 3.14158, 2, 8), new("shoulder", JointUnit.Radian, -1.88496, 1.98968, 2, 8),
            new("elbow", JointUnit.Radian, -2.14675, 1.6057, 2, 8), new("forearm_roll", JointUnit.Radian, -3.14158, 3.14158, 3, 12),
            new("wrist_angle", JointUnit.Radian, -1.74533, 2.14675, 3, 12), new("wrist_rotate", JointUnit.Radian, -3.14158, 3.14158, 3, 12),
            new("gripper", JointUnit.Metre, 0.0125, 0.037, 0.1, 1, IsGripper: true),
        ],
        Chain =
        [
            new(0, new(0, 0, 0.072), Z), new(1, new(0, 0, 0.03865), Y), new(2, new(0.04975, 0, 0.25), Y),
            new(3, new(0.175, 0, 0), X), new(4, new(0.075, 0, 0), Y), new(5, new(0.065, 0, 0), X),
        ],
        Tool = new(0.0936, 0, 0),
        Workspace = new(new(0.1, -0.45, 0.01), new(0.6, 0.45, 0.5)),
    };

    public static readonly double[] WidowXHome = [0, 0, 0, 0, 0, 0, 0.025];

    /// <summary>The same with every joint's jerk limited: full acceleration in 30 ms.</summary>
    public static readonly RobotDescription SmoothWidowX = WidowX with { Joints = [.. WidowX.Joints.Select(joint => joint with { MaxJerk = joint.MaxAcceleration / 0.015 })] };

    /// <summary>The same, guarded: a hull, a table, a post in its way, links that stay apart, a workspace that leaves it room to run into all of them, and a limit to the tool's speed.</summary>
    public static readonly RobotDescription GuardedWidowX = SmoothWidowX with
    {
        Workspace = new(new(-0.6, -0.6, -0.1), new(0.6, 0.6, 0.8)),
        Capsules =
        [
            new("base", LinkCapsule.Base, new(-0.09, 0, 0.02), new(0.01, 0, 0.02), 0.07), new("upper_arm", 1, default, new(0, 0, 0.25), 0.035),
            new("forearm", 2, default, new(0.175, 0, 0), 0.04), new("wrist", 4, default, new(0.065, 0, 0), 0.04), new("gripper", 5, default, new(0.08, 0, 0), 0.045),
        ],
        KeepOut = [new("table", new(new(-1, -1, -1), new(1, 1, 0))), new("post", new(new(0.2, 0.2, 0), new(0.25, 0.25, 0.6)))],
        Apart = [new(0, 3, 0.005), new(0, 4, 0.005), new(1, 3, 0.005), new(1, 4, 0.005)],
        MaxToolSpeed = 0.8,
    };

    /// <summary>One joint and no chain: the tool does not move.</summary>
    public static RobotDescription OneJoint(double low, double high, double velocity, double acceleration, double jerk = double.PositiveInfinity, double effort = double.PositiveInfinity) => new()
    {
        Name = "one",
        Joints = [new("joint", JointUnit.Radian, low, high, velocity, acceleration, MaxJerk: jerk, MaxEffort: effort)],
        Chain = [],
        Tool = default,
        Workspace = new(new(-1, -1, -1), new(1, 1, 1)),
    };

    /// <summary>Any arm that its description check accepts, and a place in it where it may start.</summary>
    public static (RobotDescription Robot, double[] Start) Random(Random random)
    {
        var joints = new List<JointSpec>();
        var start = new List<double>();
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            var (low, range) = (Uniform(random, -7, 7), Math.Pow(10, Uniform(random, -2, 1)));
            var (velocity, acceleration) = (Math.Pow(10, Uniform(random, -1.5, 1.3)), Math.Pow(10, Uniform(random, -1, 2.5)));
            joints.Add(new($"j{i}", random.Next(8) == 0 ? JointUnit.Metre : JointUnit.Radian, low, low + range, velocity, acceleration, random.Next(6) == 0, Jerk(random, acceleration)));
            start.Add(random.Next(6) switch { 0 => low, 1 => low + range, _ => Uniform(random, low, low + range) });
        }

        ChainLink[] chain = [.. Enumerable.Range(0, joints.Count).Where(i => joints[i] is { Unit: JointUnit.Radian, IsGripper: false })
            .Select(i => new ChainLink(i, Vector(random, 0.4), Direction(random)))];
        var robot = new RobotDescription
        {
            Name = "random", Joints = [.. joints], Chain = [.. chain], Tool = Vector(random, 0.2), Workspace = default,
        };

        // A box around where it starts, some faces near, some far.
        var tool = Referee.ToolPoint(robot, [.. start]);
        Vector3d Away() => new(Math.Pow(10, Uniform(random, -3, 0.5)), Math.Pow(10, Uniform(random, -3, 0.5)), Math.Pow(10, Uniform(random, -3, 0.5)));
        return (Guarded(random, robot with { Workspace = new(tool - Away(), tool + Away()) }, [.. start]), [.. start]);
    }

    // Capsules anywhere, boxes and distances that leave the start free, some of them by little; half of all arms with a limit to the tool's speed.
    private static RobotDescription Guarded(Random random, RobotDescription robot, double[] start)
    {
        robot = robot with
        {
            MaxToolSpeed = random.Next(2) == 0 ? double.PositiveInfinity : Math.Pow(10, Uniform(random, -2, 0.5)),
            Capsules = [.. Enumerable.Range(0, random.Next(5)).Select(i =>
                new LinkCapsule($"c{i}", random.Next(-1, robot.Chain.Length), Vector(random, 0.3), Vector(random, 0.3), Math.Pow(10, Uniform(random, -2.5, -1))))],
        };
        for (var tries = robot.Capsules.Length; tries > 0; tries--)
        {
            var low = Vector(random, 0.8);
            var boxed = robot with { KeepOut = [.. robot.KeepOut, new($"box{tries}", new(low, low + new Vector3d(Uniform(random, 0.01, 0.5), Uniform(random, 0.01, 0.5), Uniform(random, 0.01, 0.5))))] };
            if (Referee.LeastClearance(boxed, start).Metres > 1e-6) robot = boxed;
        }

        for (var tries = robot.Capsules.Length; tries > 1; tries--)
        {
            var (a, b) = (random.Next(robot.Capsules.Length), random.Next(robot.Capsules.Length));
            var apart = Referee.LeastClearance(robot with { KeepOut = [], Apart = [new(a, b, 0)] }, start).Metres - 1e-6;
            if (robot.Capsules[a].Link != robot.Capsules[b].Link && apart is > 0 and < 1) robot = robot with { Apart = [.. robot.Apart, new(a, b, apart * Math.Min(1, Uniform(random, 0, 1.3)))] };
        }

        return robot;
    }

    public static double Uniform(Random random, double low, double high) => low + (high - low) * random.NextDouble();

    // Half of them without limit; else from full acceleration in two thirds of a second to that in a few ms.
    private static double Jerk(Random random, double acceleration) => random.Next(2) == 0 ? double.PositiveInfinity : acceleration * Math.Pow(10, Uniform(random, 0.5, 2.5));

    private static Vector3d Vector(Random random, double size) => new(Uniform(random, -size, size), Uniform(random, -size, size), Uniform(random, -size, size));

    private static Vector3d Direction(Random random)
    {
        if (random.Next(2) == 0) return random.Next(3) switch { 0 => X, 1 => Y, _ => Z };
        while (true)
        {
            var v = Vector(random, 1);
            var length = Math.Sqrt(v.X * v.X + v.Y * v.Y + v.Z * v.Z);
            if (length is > 0.1 and < 1) return v * (1 / length);
        }
    }
}
