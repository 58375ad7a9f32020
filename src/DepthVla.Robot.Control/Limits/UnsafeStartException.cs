using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>The arm stands where no command may put it, so there is no first command. Nothing has been written to it.</summary>
public sealed class UnsafeStartException : Exception
{
    private UnsafeStartException(string robot, ImmutableArray<string> problems)
        : base($"'{robot}' must not be started where it is: {string.Join("; ", problems)}.") => Problems = problems;

    /// <summary>One line for everything outside: what it is, its limit, and what to do.</summary>
    public ImmutableArray<string> Problems { get; }

    internal static void ThrowIfOutside(RobotDescription robot, MotionGuard guard, in JointVector measured)
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
            problems.Add($"joint '{joint.Name}' is at {LimitText.Of(measured[i])}, limits {LimitText.Of(joint.MinPosition)} … {LimitText.Of(joint.MaxPosition)}: " + (
                double.IsFinite(measured[i]) ? "move it inside by hand, or widen its limits if it belongs there" : "check the sensor and its driver"));
        }

        if (problems.Count == 0) problems.AddRange(guard.Problems(robot, in measured));
        if (problems.Count > 0) throw new UnsafeStartException(robot.Name, problems.ToImmutable());
    }
}
