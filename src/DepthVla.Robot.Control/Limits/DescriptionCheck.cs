using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Checks a robot's description once, before anything is computed from it.</summary>
public static class DescriptionCheck
{
    // Below this, rounding a limit to whole counts would cost more than a tenth of a percent of it.
    private const long LeastCounts = 1000;

    private const double LeastToolSpeed = 0.001;

    /// <summary>Says at once what would keep a control loop from driving the arm.</summary>
    /// <param name="robot">What is checked.</param>
    /// <param name="periodNs">Control period, ns.</param>
    /// <exception cref="ArgumentException">Something in the description is wrong; the message lists all of it.</exception>
    public static void ThrowIfUnusable(RobotDescription robot, long periodNs) => Limits(robot, periodNs * 1e-9);

    /// <summary>The limits of every joint at a control period of <paramref name="period"/> s, and the window of the mean that keeps their jerks.</summary>
    /// <exception cref="ArgumentException">Something in the description is wrong; the message lists all of it.</exception>
    internal static (JointLimits[] Joints, int Window) Limits(RobotDescription robot, double period)
    {
        var problems = new List<string>();
        if (!(period is >= 1e-4 and <= 0.1)) problems.Add($"control period is {period} s; expected 0.0001 to 0.1 s");
        if (robot.Joints.Length is 0 or > JointVector.MaxJoints) problems.Add($"{robot.Joints.Length} joints; expected 1 to {JointVector.MaxJoints}");

        foreach (var joint in robot.Joints) CheckJoint(joint, period, problems);
        for (var i = 0; i < robot.Chain.Length; i++) CheckLink(robot.Chain[i], $"chain[{i}]", robot, problems);
        if (!IsFinite(robot.Tool)) problems.Add($"tool is {robot.Tool}; expected finite m");
        CheckBox(robot.Workspace, "workspace", problems);
        if (!(robot.MaxToolSpeed >= LeastToolSpeed)) problems.Add($"max tool speed is {robot.MaxToolSpeed} m/s; expected {LeastToolSpeed} or more, or infinity for no limit");
        HullCheck.Check(robot, problems);

        var window = problems.Count > 0 ? 1 : MovingMean.WindowFor(robot.Joints, period);
        if (window > MovingMean.LongestWindow) problems.Add($"max jerk is so small that commands would be the mean of more than {MovingMean.LongestWindow} periods; raise it, or lower max acceleration or the control rate");
        if (problems.Count == 0) return ([.. robot.Joints.Select(joint => JointLimits.Of(joint, period, window))], (int)window);
        throw new ArgumentException($"The description of '{robot.Name}' cannot be used: {string.Join("; ", problems)}.", nameof(robot));
    }

    private static void CheckJoint(JointSpec joint, double period, List<string> problems)
    {
        var before = problems.Count;
        if (!(double.IsFinite(joint.MinPosition) && double.IsFinite(joint.MaxPosition) && joint.MinPosition < joint.MaxPosition))
        {
            problems.Add($"joint '{joint.Name}': range is {joint.MinPosition} … {joint.MaxPosition}; expected two finite numbers, the lower first");
        }

        CheckPositive(joint.MaxVelocity, $"joint '{joint.Name}': max velocity", problems);
        CheckPositive(joint.MaxAcceleration, $"joint '{joint.Name}': max acceleration", problems);
        if (!(joint.MaxJerk > 0)) problems.Add($"joint '{joint.Name}': max jerk is {joint.MaxJerk}; expected a number above 0, or infinity for no limit");
        if (!(joint.MaxEffort > 0)) problems.Add($"joint '{joint.Name}': max effort is {joint.MaxEffort}; expected a number above 0, or infinity for no limit");
        if (problems.Count > before || JointLimits.Of(joint, period) is { MaxStep: >= LeastCounts, MaxChange: >= LeastCounts }) return;
        problems.Add($"joint '{joint.Name}': velocity {joint.MaxVelocity} and acceleration {joint.MaxAcceleration} are too small for its range; raise them, or lower the control rate");
    }

    private static void CheckPositive(double value, string name, List<string> problems)
    {
        if (!(double.IsFinite(value) && value > 0)) problems.Add($"{name} is {value}; expected a finite number above 0");
    }

    private static void CheckLink(ChainLink link, string name, RobotDescription robot, List<string> problems)
    {
        if ((uint)link.Joint >= (uint)robot.Joints.Length) problems.Add($"{name}.joint is {link.Joint}; expected 0 to {robot.Joints.Length - 1}");
        else if (robot.Joints[link.Joint].Unit != JointUnit.Radian) problems.Add($"{name} turns '{robot.Joints[link.Joint].Name}'; expected a joint in rad");

        var a = link.Axis;
        if (!(Math.Abs(a.X * a.X + a.Y * a.Y + a.Z * a.Z - 1) < 1e-9)) problems.Add($"{name}.axis is {a}; expected length 1");
        if (!IsFinite(link.Offset)) problems.Add($"{name}.offset is {link.Offset}; expected finite m");
    }

    /// <summary>A box is one: finite corners, the lower first.</summary>
    public static void CheckBox(WorkspaceBox box, string name, List<string> problems)
    {
        var size = box.Max - box.Min;
        if (IsFinite(box.Min) && IsFinite(box.Max) && size.X >= 1e-3 && size.Y >= 1e-3 && size.Z >= 1e-3) return;
        problems.Add($"{name} is {box}; expected finite corners at least 1 mm apart, the lower first");
    }

    /// <summary>No component is NaN or infinite.</summary>
    public static bool IsFinite(Vector3d v) => double.IsFinite(v.X) && double.IsFinite(v.Y) && double.IsFinite(v.Z);
}
