using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Tests.Continuing;

/// <summary>Plans made of chunks, and told again as chunks from a later moment.</summary>
public sealed class PlanInHandTests
{
    private const long T0 = 5_000_000_000;

    private static readonly JointVector Observed = JointVector.From([0.1, -0.2, 0.4, 0.05, 1.3, -0.1, 0.03]);

    private readonly PlanInHand _inHand = new(Arms.WidowX);

    [Fact]
    public void Of_ToolPoses_SameMomentAndJoints_IsTheChunkItself()
    {
        float[][] steps = [.. Enumerable.Range(1, 8).Select(i => new[] { 0.004f * i, -0.006f * i, 0.003f * i, 0.01f * i, -0.02f * i, 0.05f * i, 0.02f + 0.001f * i })];
        var plan = PlanOf(steps);

        var running = _inHand.Of(plan, Policy(ActionRepresentation.ToolPoseDelta, 8), T0 - Chunks.PeriodNs, Observed, delay: 3)!;

        Assert.Equal((3, 7, 8), (running.Committed, running.Dims, running.Steps));
        for (var i = 0; i < 8; i++)
        {
            var told = running.Actions.Span.Slice(i * 7, 7);
            for (var k = 0; k < 6; k++) Assert.Equal(steps[i][k], told[k], 1e-4f);
            if (i > 0) Assert.Equal(steps[i][6], told[6], 1e-4f);      // before its first step a plan says nothing of grippers
        }
    }

    /// <summary>Three periods on, seen from where the tool is then: the same places in the room.</summary>
    [Fact]
    public void Of_ToolPoses_Later_AreTheSamePlacesSeenFromThere()
    {
        float[][] steps = [.. Enumerable.Range(1, 8).Select(i => new[] { 0.004f * i, -0.006f * i, 0.003f * i, 0, 0, 0.05f * i, 0.02f })];
        var plan = PlanOf(steps);
        Assert.True(plan.TrySample(T0 + (2 * Chunks.PeriodNs), out var then, out _));

        var running = _inHand.Of(plan, Policy(ActionRepresentation.ToolPoseDelta, 8), T0 + (2 * Chunks.PeriodNs), then, delay: 1)!;

        Assert.Equal(5, running.Steps);     // steps 3 to 7 are left
        var chain = new SerialChain(Arms.WidowX);
        var (origin, from) = (chain.Tool(Observed), chain.Tool(then));
        for (var i = 0; i < 5; i++)
        {
            var told = running.Actions.Span.Slice(i * 7, 7);
            var place = new PoseDelta(new(told[0], told[1], told[2]), new(told[3], told[4], told[5])).From(from);
            Assert.Equal(0, (place.Position - origin.Position - new Core.Robots.Vector3d(steps[3 + i][0], steps[3 + i][1], steps[3 + i][2])).Length(), 1e-4);
        }
    }

    [Fact]
    public void Of_JointPositions_BetweenSteps_IsOnThePlansCurve_AsLongAsThePlanLasts()
    {
        var chunk = Chunks.Of(T0, [.. Enumerable.Range(0, 6).Select(i => new[] { 0.01f * i, 0, 0, 0, 0, 0, 0.02f })]);
        Assert.Null(ActionPlan.TryCreate(chunk, Arms.WidowX.Joints, new PlanRules(), T0, out var plan));
        var capture = T0 + (Chunks.PeriodNs * 5 / 2);

        var running = _inHand.Of(plan!, Policy(ActionRepresentation.JointPosition, 16), capture, Observed, delay: 2)!;

        Assert.Equal(3, running.Steps);     // 2.5, 3.5 and 4.5; after 5 it stays
        Assert.Equal([0.025, 0.035], [running.Actions.Span[0], running.Actions.Span[7]], (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Null(_inHand.Of(plan!, Policy(ActionRepresentation.JointPosition, 16), plan!.NotAfterNs + 1, Observed, delay: 2));
    }

    private static ActionPlan PlanOf(float[][] steps)
    {
        Assert.Null(new ToolPoseSolver(Arms.WidowX, new PlanRules()).TrySolve(Chunks.Of(T0, steps), Observed, T0, out var solved));
        Assert.Equal(0, solved!.Unreached);
        Assert.Null(ActionPlan.TryCreate(solved.Chunk, Arms.WidowX.Joints, new PlanRules(), T0, out var plan));
        return plan!;
    }

    private static PolicyInfo Policy(ActionRepresentation actions, int horizon) => new()
    {
        Name = "p", ModelHash = "m", NormalizationHash = "n", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu", Cameras = ["primary"],
        Joints = [.. Arms.WidowX.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))], Horizon = horizon, StepRateHz = 10, Actions = actions, Dims = 7, HasDepth = false, Continues = ContinuationMethod.Guidance,
    };
}
