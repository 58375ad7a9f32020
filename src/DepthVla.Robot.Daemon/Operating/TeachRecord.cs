using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>A lesson in a file: what an arm was taught.</summary>
/// <param name="Robot">The kind of arm.</param>
/// <param name="Way">How: free, limp or held.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Joints">How far each joint went, by name.</param>
/// <param name="Tool">How far the tool point went; null for an arm whose chain is not known.</param>
/// <param name="Poses">By name.</param>
/// <param name="RobotFile">What of it a robot file may say.</param>
internal sealed record TeachRecord(
    string Robot, string Way, double Seconds, IReadOnlyDictionary<string, JointRange> Joints, ToolRange? Tool, IReadOnlyDictionary<string, TaughtPose> Poses, RobotFileAdvice RobotFile);

/// <summary>How far a joint went, and how fast.</summary>
/// <param name="Unit">rad or m.</param>
/// <param name="Min">Lowest position seen, rad or m.</param>
/// <param name="Max">Highest position seen, rad or m.</param>
/// <param name="Fastest">Highest speed seen, rad/s or m/s.</param>
/// <param name="MaxVelocity">The highest that commands may ask for, rad/s or m/s.</param>
/// <param name="TooFast">Whether it was moved faster than that. Nothing came of it.</param>
internal sealed record JointRange(string Unit, double Min, double Max, double Fastest, double MaxVelocity, bool TooFast)
{
    public static JointRange Of(JointSpec joint, double min, double max, double fastest) =>
        new(joint.Unit == JointUnit.Radian ? "rad" : "m", Math.Round(min, 5), Math.Round(max, 5), Math.Round(fastest, 3), joint.MaxVelocity, fastest > joint.MaxVelocity);
}

/// <summary>The box that the tool point was in, base frame, m.</summary>
/// <param name="Min">x, y, z.</param>
/// <param name="Max">x, y, z.</param>
internal sealed record ToolRange(double[] Min, double[] Max);

/// <summary>Where an arm was held.</summary>
/// <param name="Joints">rad or m, by name.</param>
/// <param name="Tool">Null for an arm whose chain is not known.</param>
internal sealed record TaughtPose(IReadOnlyDictionary<string, double> Joints, ToolPose? Tool);

/// <summary>Where the tool was, base frame.</summary>
/// <param name="Position">m.</param>
/// <param name="X">Where its x axis pointed.</param>
/// <param name="Y">Where its y axis pointed.</param>
/// <param name="Z">Where its z axis pointed.</param>
internal sealed record ToolPose(double[] Position, double[] X, double[] Y, double[] Z);

/// <summary>What may be pasted into a robot file, whose names these are.</summary>
/// <param name="Workspace">Null where the tool hardly moved along an axis.</param>
/// <param name="Joints">Of those that moved; null for none. Grippers keep their range.</param>
internal sealed record RobotFileAdvice(ToolRange? Workspace, IReadOnlyDictionary<string, JointRangeAdvice>? Joints)
{
    // A joint or a tool that moved by less was not shown its range.
    private const double LeastRadians = 0.05, LeastMetres = 0.01;

    // Millimetres and milliradians, outward.
    private const double Digits = 1000;

    /// <summary>What was seen, rounded outward, and never wider than the joints' own ranges.</summary>
    public static RobotFileAdvice Of(RobotDescription arm, IReadOnlyDictionary<string, JointRange> seen, ToolRange? tool)
    {
        var workspace = tool is not null && tool.Min.Zip(tool.Max).All(axis => axis.Second - axis.First >= LeastMetres) ? new ToolRange([.. tool.Min.Select(Down)], [.. tool.Max.Select(Up)]) : null;
        var joints = new Dictionary<string, JointRangeAdvice>();
        foreach (var joint in arm.Joints)
        {
            if (joint.IsGripper || !seen.TryGetValue(joint.Name, out var range)) continue;
            var (low, high) = (Math.Max(Down(range.Min), joint.MinPosition), Math.Min(Up(range.Max), joint.MaxPosition));
            if (high - low >= (joint.Unit == JointUnit.Radian ? LeastRadians : LeastMetres)) joints[joint.Name] = new(low, high);
        }

        return new(workspace, joints.Count > 0 ? joints : null);
    }

    private static double Down(double value) => Math.Floor(value * Digits) / Digits;

    private static double Up(double value) => Math.Ceiling(value * Digits) / Digits;
}

/// <summary>A joint's range in a robot file.</summary>
/// <param name="MinPosition">rad or m.</param>
/// <param name="MaxPosition">rad or m.</param>
internal sealed record JointRangeAdvice(double MinPosition, double MaxPosition);
