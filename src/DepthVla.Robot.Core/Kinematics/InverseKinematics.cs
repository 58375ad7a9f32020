using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Core.Kinematics;

/// <summary>What an inverse-kinematics search found.</summary>
/// <param name="Joints">rad or m, within the limits; joints outside the chain as they were given.</param>
/// <param name="PositionError">Distance left to the goal, m.</param>
/// <param name="RotationError">Angle left to the goal, rad.</param>
/// <param name="Iterations">Steps taken.</param>
public readonly record struct JointSolution(JointVector Joints, double PositionError, double RotationError, int Iterations)
{
    /// <summary>Within a micrometre and a microradian of the goal.</summary>
    public bool Reached => PositionError < 1e-6 && RotationError < 1e-6;
}

/// <summary>Damped least squares: joint positions that bring the tool to a pose, within the joint limits.</summary>
/// <remarks>
/// Each step solves (J Jᵀ + λ²) y = e and moves the joints by Jᵀ y. λ² shrinks with the error (Levenberg-Marquardt after Sugihara), so that it
/// converges fast near the goal and stays calm where the arm is stretched. Allocates nothing. Thread-safe.
/// </remarks>
public sealed class InverseKinematics(RobotDescription robot)
{
    private const int MaxIterations = 100;
    private const double MaxStep = 0.4, Bias = 1e-9, Still = 1e-12;

    private readonly SerialChain _chain = new(robot);
    private readonly ImmutableArray<ChainLink> _links = robot.Chain;
    private readonly ImmutableArray<JointSpec> _joints = robot.Joints;

    /// <summary>Searches from <paramref name="start"/>, so that the solution stays near it. Check <see cref="JointSolution.Reached"/>.</summary>
    public JointSolution Solve(in Pose goal, in JointVector start)
    {
        var (low, high) = (JointVector.Zero(_joints.Length), JointVector.Zero(_joints.Length));
        for (var i = 0; i < _joints.Length; i++) (low[i], high[i]) = (_joints[i].MinPosition, _joints[i].MaxPosition);
        return Solve(goal, start, low, high);
    }

    /// <summary>The same within bounds of the caller's: the nearest that was found when the goal lies beyond them.</summary>
    /// <param name="goal">Base frame.</param>
    /// <param name="start">rad or m.</param>
    /// <param name="low">Lowest positions, rad or m, in the place of the joints' own.</param>
    /// <param name="high">Highest positions, rad or m; none below <paramref name="low"/>.</param>
    public JointSolution Solve(in Pose goal, in JointVector start, in JointVector low, in JointVector high)
    {
        var (joints, nearest) = (start, double.PositiveInfinity);
        var best = default(JointSolution);
        Span<Vector3d> linear = stackalloc Vector3d[_links.Length], angular = stackalloc Vector3d[_links.Length];
        for (var iteration = 0; ; iteration++)
        {
            var tool = _chain.Jacobian(joints, linear, angular);
            var shift = goal.Position - tool.Position;
            var turn = tool.Rotation.To(goal.Rotation);
            var found = new JointSolution(joints, shift.Length(), turn.Length(), iteration);
            var error = shift.Dot(shift) + turn.Dot(turn);
            if (found.Reached) return found;
            if (!double.IsFinite(error)) return iteration == 0 ? found : best;
            if (error < nearest) (best, nearest) = (found, error);
            if (iteration == MaxIterations || !Step(ref joints, linear, angular, shift, turn, low, high)) return best with { Iterations = iteration };
        }
    }

    // A joint at a bound that the step would push further takes no part: the step is made anew of the others. False when nothing moves any more.
    private bool Step(
        ref JointVector joints, Span<Vector3d> linear, Span<Vector3d> angular, Vector3d shift, Vector3d turn, in JointVector low, in JointVector high)
    {
        Span<double> steps = stackalloc double[linear.Length];
        for (var blocked = true; blocked;)
        {
            Steps(linear, angular, shift, turn, steps);
            blocked = false;
            for (var i = 0; i < linear.Length; i++)
            {
                var index = _links[i].Joint;
                if (!(steps[i] < 0 ? joints[index] <= low[index] : steps[i] > 0 && joints[index] >= high[index])) continue;
                (linear[i], angular[i], blocked) = (default, default, true);
            }
        }

        var moved = 0.0;
        for (var i = 0; i < linear.Length; i++)
        {
            var index = _links[i].Joint;
            var next = Math.Clamp(joints[index] + Math.Clamp(steps[i], -MaxStep, MaxStep), low[index], high[index]);
            moved = Math.Max(moved, Math.Abs(next - joints[index]));
            joints[index] = next;
        }

        return moved > Still;
    }

    // (J Jᵀ + λ²) y = e, then Jᵀ y.
    private static void Steps(ReadOnlySpan<Vector3d> linear, ReadOnlySpan<Vector3d> angular, Vector3d shift, Vector3d turn, Span<double> steps)
    {
        Span<double> normal = stackalloc double[36], y = [shift.X, shift.Y, shift.Z, turn.X, turn.Y, turn.Z], column = stackalloc double[6];
        var damping = (0.5 * (shift.Dot(shift) + turn.Dot(turn))) + Bias;
        for (var k = 0; k < 6; k++) normal[7 * k] = damping;
        for (var i = 0; i < linear.Length; i++)
        {
            Column(linear[i], angular[i], column);
            for (var r = 0; r < 6; r++)
                for (var c = 0; c < 6; c++) normal[(6 * r) + c] += column[r] * column[c];
        }

        Cholesky.Solve(normal, y);
        for (var i = 0; i < linear.Length; i++) steps[i] = linear[i].Dot(new(y[0], y[1], y[2])) + angular[i].Dot(new(y[3], y[4], y[5]));
    }

    private static void Column(Vector3d linear, Vector3d angular, Span<double> column) =>
        (column[0], column[1], column[2], column[3], column[4], column[5]) = (linear.X, linear.Y, linear.Z, angular.X, angular.Y, angular.Z);
}
