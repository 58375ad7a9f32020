using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Tests.Plans;

public sealed class ActionPlanTests
{
    private const long T0 = 5_000_000_000;
    private const long P = Chunks.PeriodNs;

    private static readonly JointSpec[] ArmAndGripper =
        [new("elbow", JointUnit.Radian, -3, 3, 1, 1), new("gripper", JointUnit.Metre, 0, 1, 1, 1, IsGripper: true)];

    private static readonly ActionChunk Chunk = Chunks.Of(T0, [0, 1], [0.1f, 1], [0.3f, 0], [0.35f, 0.5f]);

    [Fact]
    public void TrySample_AtTheSteps_IsTheSteps()
    {
        var plan = Plan(Chunk);
        for (var step = 0; step < 4; step++)
        {
            Assert.True(plan.TrySample(T0 + step * P, out var positions, out _));
            Assert.Equal(Chunk.Actions.Span[2 * step], positions[0], 1e-15);
            Assert.Equal(Chunk.Actions.Span[2 * step + 1], positions[1]);
            Assert.Equal(step, plan.StepAt(T0 + step * P));
        }
    }

    [Fact]
    public void TrySample_AllTheWay_IsContinuousInPositionAndVelocity()
    {
        var plan = Plan(Chunk);
        plan.TrySample(T0, out var lastPosition, out var lastVelocity);
        for (var t = T0 + 100_000; t <= plan.NotAfterNs; t += 100_000)
        {
            Assert.True(plan.TrySample(t, out var position, out var velocity));
            Assert.Equal((lastVelocity[0] + velocity[0]) / 2, (position[0] - lastPosition[0]) / 1e-4, 1e-3);
            Assert.Equal(lastVelocity[0], velocity[0], 0.02);
            (lastPosition, lastVelocity) = (position, velocity);
        }

        Assert.Equal(0, lastVelocity[0]);
    }

    [Fact]
    public void TrySample_Gripper_SwitchesAtTheStepAndIsNeverBetween()
    {
        var plan = Plan(Chunk);
        for (var t = T0; t <= plan.NotAfterNs; t += 500_000)
        {
            plan.TrySample(t, out var positions, out var velocities);
            Assert.Equal(Chunk.Actions.Span[2 * (int)Math.Min((t - T0) / P, 3) + 1], positions[1]);
            Assert.Equal(0, velocities[1]);
        }

        plan.TrySample(T0 + 2 * P - 1, out var before, out _);
        plan.TrySample(T0 + 2 * P, out var after, out _);
        Assert.Equal((1.0, 0.0), (before[1], after[1]));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(4 * P, true)]
    [InlineData(4 * P + 1, false)]
    public void TrySample_AtItsEnds_IsFollowedToTheNanosecond(long offset, bool expected) =>
        Assert.Equal(expected, Plan(Chunk).TrySample(T0 + offset, out _, out _));

    [Fact]
    public void TrySample_SingleStep_StandsThere()
    {
        var plan = Plan(Chunks.Of(T0, [0.2f, 1]));
        Assert.True(plan.TrySample(T0 + P, out var positions, out var velocities));
        Assert.Equal(0.2f, positions[0]);
        Assert.Equal(0, velocities[0]);
    }

    private static ActionPlan Plan(ActionChunk chunk)
    {
        Assert.Null(ActionPlan.TryCreate(chunk, [.. ArmAndGripper], new PlanRules(), T0, out var plan));
        return plan!;
    }
}
