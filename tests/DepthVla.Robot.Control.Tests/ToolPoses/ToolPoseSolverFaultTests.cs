using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.ToolPoses;

/// <summary>Any chunk of tool poses is refused whole, or becomes joint positions within the joints' ranges, none far from the one before.</summary>
public sealed class ToolPoseSolverFaultTests
{
    private const long Now = 5_000_000_000;
    private const double FloatRounding = 1e-6;

    [Property(MaxTest = 150)]
    public bool TrySolve_AnyChunkForTheArmThatShips_IsRefusedOrWithinBounds(int seed)
    {
        var random = new Random(seed);
        var observed = Arms.WidowX.Joints.Select(j => Arms.Uniform(random, j.MinPosition - 0.05, j.MaxPosition + 0.05)).ToArray();
        return RefusedOrWithinBounds(Arms.WidowX, observed, random);
    }

    [Property(MaxTest = 150)]
    public bool TrySolve_AnyChunkForAnyArm_IsRefusedOrWithinBounds(int seed)
    {
        var random = new Random(seed);
        var (robot, start) = Arms.Random(random);
        return !ToolPoseSolver.Fits(robot) || RefusedOrWithinBounds(robot, start, random);
    }

    private static bool RefusedOrWithinBounds(RobotDescription robot, double[] start, Random random)
    {
        if (random.Next(20) == 0) start[random.Next(start.Length)] = Wild(random, 1);
        var (joints, grippers) = (robot.Joints.Length, robot.Joints.Count(j => j.IsGripper));
        var (steps, dims) = (random.Next(30) == 0 ? random.Next(-1, 3000) : random.Next(1, 12), 6 + grippers + (random.Next(10) == 0 ? random.Next(-1, 2) : 0));
        var size = Math.Pow(10, Arms.Uniform(random, -4, 2));
        var hostile = random.Next(3) == 0;
        var values = new float[Math.Max(0, steps * dims + (random.Next(20) == 0 ? 1 : 0))];
        for (var i = 0; i < values.Length; i++) values[i] = hostile && random.Next(10) == 0 ? Wild(random, size) : (float)Arms.Uniform(random, -size, size);
        var chunk = Chunks.Of(Now, new float[dims]) with
        {
            Steps = steps, Dims = dims, Actions = values,
            StepPeriodNs = random.Next(10) == 0 ? random.NextInt64() - random.NextInt64() : random.Next(1_000_000, 300_000_000),
        };
        chunk = chunk with { StepValidNs = Math.Max(chunk.StepPeriodNs, 1) };

        var refusal = new ToolPoseSolver(robot, new PlanRules()).TrySolve(chunk, JointVector.From(start), Now, out var solved);
        if (refusal is not null) return solved is null && refusal.Message.Length > 0;
        if (values.Any(v => !float.IsFinite(v)) || solved!.Chunk.Dims != joints || solved.Chunk.Actions.Length != steps * joints) return false;
        if (solved.Unreached < 0 || solved.Unreached > steps) return false;
        return WithinBounds(robot, start, solved.Chunk);
    }

    private static bool WithinBounds(RobotDescription robot, double[] start, ActionChunk chunk)
    {
        for (var j = 0; j < robot.Joints.Length; j++)
        {
            var joint = robot.Joints[j];
            var before = Math.Clamp(start[j], joint.MinPosition, joint.MaxPosition);
            for (var step = 0; step < chunk.Steps; step++)
            {
                double value = chunk.Actions.Span[step * chunk.Dims + j];
                if (!(value >= joint.MinPosition - FloatRounding && value <= joint.MaxPosition + FloatRounding)) return false;
                if (!joint.IsGripper && Math.Abs(value - before) > joint.MaxVelocity * chunk.StepPeriodNs * 1e-9 + 2 * FloatRounding) return false;
                before = value;
            }
        }

        return true;
    }

    private static float Wild(Random random, double size) => random.Next(6) switch
    {
        0 => float.NaN,
        1 => float.PositiveInfinity,
        2 => float.NegativeInfinity,
        3 => float.MaxValue,
        4 => -float.Epsilon,
        _ => (float)(size * 1e20),
    };
}
