using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>The arm stands where no command may put it, so there is no first command. Nothing has been written to it.</summary>
public sealed class UnsafeStartException : Exception
{
    private UnsafeStartException(string robot, ImmutableArray<string> problems)
        : base($"'{robot}' must not be started where it is: {string.Join("; ", problems)}.") => Problems = problems;

    /// <summary>One line for every joint and axis outside: its value, its limit, and what to do.</summary>
    public ImmutableArray<string> Problems { get; }

    internal static void ThrowIfOutside(RobotDescription robot, WorkspaceGuard workspace, in JointVector measured)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        if (measured.Count != robot.Joints.Length)
        {
            problems.Add($"{measured.Count} positions measured, expected {robot.Joints.Length}: check that driver and description name the same arm");
        }

        for (var i = 0; i < Math.Min(measured.Count, robot.Joints.Length); i++)
        {
            var joint = robot.Joints[i];
            if (measured[i] >= joint.MinPosition && measured[i] <= joint.MaxPosition) continue;
            problems.Add($"joint '{joint.Name}' is at {Text(measured[i])}, limits {Text(joint.MinPosition)} … {Text(joint.MaxPosition)}: " + (
                double.IsFinite(measured[i]) ? "move it inside by hand, or widen its limits if it belongs there" : "check the sensor and its driver"));
        }

        if (problems.Count == 0 && !(workspace.Depth(in measured) >= 0))
        {
            var (tool, box) = (new ToolChain(robot).ToolPoint(in measured), robot.Workspace);
            problems.Add($"the tool point is at {Text(tool)} m, workspace {Text(box.Min)} … {Text(box.Max)}: move the arm inside by hand, or widen the workspace");
        }

        if (problems.Count > 0) throw new UnsafeStartException(robot.Name, problems.ToImmutable());
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Text(Vector3d v) => $"({Text(v.X)}, {Text(v.Y)}, {Text(v.Z)})";
}
