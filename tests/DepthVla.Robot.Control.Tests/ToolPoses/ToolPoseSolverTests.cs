using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;

namespace DepthVla.Robot.Control.Tests.ToolPoses;

public sealed class ToolPoseSolverTests
{
    private const long Now = 5_000_000_000;
    private const double Period = Chunks.PeriodNs * 1e-9;

    private static readonly JointVector Observed = JointVector.From([0.1, -0.2, 0.4, 0.05, 1.3, -0.1, 0.03]);

    private readonly SerialChain _chain = new(Arms.WidowX);
    private readonly ToolPoseSolver _solver = new(Arms.WidowX, new PlanRules());

    [Fact]
    public void TrySolve_PosesWithinReach_EveryStepPutsTheToolThere()
    {
        var origin = _chain.Tool(Observed);
        float[][] steps = [.. Enumerable.Range(1, 8).Select(i => new[] { 0.004f * i, -0.006f * i, 0.003f * i, 0.01f * i, -0.02f * i, 0.05f * i, 0.02f })];

        var solved = Solve(steps);

        Assert.Equal((0, 7, 8), (solved.Unreached, solved.Chunk.Dims, solved.Chunk.Steps));
        for (var i = 0; i < steps.Length; i++)
        {
            var left = PoseDelta.Between(origin, _chain.Tool(Step(solved, i)));
            float[] reached = [(float)left.Shift.X, (float)left.Shift.Y, (float)left.Shift.Z, (float)left.Turn.X, (float)left.Turn.Y, (float)left.Turn.Z];
            for (var k = 0; k < 6; k++) Assert.Equal(steps[i][k], reached[k], 1e-5f);
            Assert.Equal(0.02f, Step(solved, i)[6], 1e-7);
        }
    }

    [Fact]
    public void TrySolve_NoMove_IsTheJointsObserved()
    {
        var solved = Solve(new float[7], new float[7], new float[7]);
        for (var step = 0; step < 3; step++)
            for (var j = 0; j < 6; j++) Assert.Equal(Observed[j], Step(solved, step)[j], 1e-6);
    }

    [Fact]
    public void TrySolve_KeepsWhatTheChunkIsFor()
    {
        var chunk = Chunks.Of(Now, new float[7], new float[7]) with { BasedOnSequence = 9, ModelHash = "hash", NoiseSeed = 3 };
        Assert.Null(_solver.TrySolve(chunk, Observed, Now, out var solved));
        Assert.Equal(chunk with { Actions = default }, solved!.Chunk with { Actions = default });
    }

    /// <summary>Twenty centimetres in one step of 0.1 s is more than the joints can do: each goes as far as it may, and the later steps arrive.</summary>
    [Fact]
    public void TrySolve_FartherThanAPeriodAllows_IsCountedAndArrivesLater()
    {
        var far = new[] { 0.05f, 0.2f, 0, 0, 0, 0, 0.02f };
        var solved = Solve([.. Enumerable.Repeat(far, 12)]);

        Assert.InRange(solved.Unreached, 1, 8);
        var goal = new PoseDelta(new(far[0], far[1], far[2]), default).From(_chain.Tool(Observed));
        Assert.Equal(0, (_chain.Tool(Step(solved, 11)).Position - goal.Position).Length(), 1e-4);
        AssertBounded(solved);
    }

    [Fact]
    public void TrySolve_OutsideTheWorkspace_GoesToItsFaceAndIsCounted()
    {
        var below = new[] { 0, 0, -1f, 0, 0, 0, 0.02f };
        var solved = Solve([.. Enumerable.Repeat(below, 15)]);

        var tool = _chain.Tool(Step(solved, 14)).Position;
        Assert.Equal(Arms.WidowX.Workspace.Min.Z, tool.Z, 1e-4);
        Assert.Equal(0, (tool - _chain.Tool(Observed).Position) is var way ? Math.Abs(way.X) + Math.Abs(way.Y) : 1, 1e-3);
        Assert.Equal(15, solved.Unreached);
    }

    /// <summary>Far in front with the tool turned up is beyond the arm: it comes as near as it can, and stands there quietly.</summary>
    [Fact]
    public void TrySolve_BeyondTheArm_ComesNearAndStandsStill()
    {
        var stretched = new[] { 0.6f, 0.45f, 0.5f, 0, 0, 0, 0.02f };
        var solved = Solve([.. Enumerable.Repeat(stretched, 30)]);

        Assert.Equal(30, solved.Unreached);
        AssertBounded(solved);
        for (var j = 0; j < 6; j++) Assert.Equal(Step(solved, 28)[j], Step(solved, 29)[j], 0.02);
    }

    [Fact]
    public void TrySolve_Gripper_IsCutToItsRangeAtOnce_AndSetsOutWithTheMoveToItsStep()
    {
        var solved = Solve([0, 0, 0, 0, 0, 0, 9f], [0, 0, 0, 0, 0, 0, 9f], [0, 0, 0, 0, 0, 0, -9f], [0, 0, 0, 0, 0, 0, 9f]);
        Assert.Equal([0.037, 0.0125, 0.037, 0.037], Enumerable.Range(0, 4).Select(step => Math.Round(Step(solved, step)[6], 6)));
        Assert.Equal(0, solved.Unreached);
    }

    [Fact]
    public void TrySolve_SeveralGrippers_EachHasItsNumber()
    {
        JointSpec second = new("second", JointUnit.Radian, -1, 1, 1, 1, IsGripper: true), lamp = new("lamp", JointUnit.Radian, -1, 1, 1, 1);
        var arm = Arms.WidowX with { Joints = [.. Arms.WidowX.Joints, second, lamp] };
        var solver = new ToolPoseSolver(arm, new PlanRules());
        var observed = JointVector.From([.. Observed.ToArray(), 0, 0.7]);

        Assert.Null(solver.TrySolve(Chunks.Of(Now, [0, 0, 0, 0, 0, 0, 0.02f, 0.5f]), observed, Now, out var solved));
        Assert.Equal([0.02f, 0.5f, 0.7f], solved!.Chunk.Actions.Span[6..9].ToArray());   // what is neither in the chain nor a gripper stays
    }

    [Theory]
    [InlineData("dims", RefusalReason.Shape, "dims: expected 7, got 6")]
    [InlineData("values", RefusalReason.Shape, "actions: expected 7 values")]
    [InlineData("nan", RefusalReason.NotFinite, "step 0, ry: expected a finite number")]
    [InlineData("gripper", RefusalReason.NotFinite, "step 0, gripper 'gripper'")]
    [InlineData("period", RefusalReason.Times, "step_period_ns")]
    [InlineData("old", RefusalReason.Expired, "not_after_ns")]
    public void TrySolve_ChunkThatCannotBeUsed_IsRefusedWholeAndSaysWhy(string fault, RefusalReason reason, string expected)
    {
        var good = Chunks.Of(Now, new float[7]);
        var chunk = fault switch
        {
            "dims" => Chunks.Of(Now, new float[6]),
            "values" => good with { Actions = new float[8] },
            "nan" => Chunks.Of(Now, [0, 0, 0, 0, float.NaN, 0, 0]),
            "gripper" => Chunks.Of(Now, [0, 0, 0, 0, 0, 0, float.PositiveInfinity]),
            "period" => good with { StepPeriodNs = 0 },
            _ => good with { FirstStepTimeNs = 0 },
        };

        var refusal = _solver.TrySolve(chunk, Observed, Now, out var solved);
        Assert.Null(solved);
        Assert.Equal(reason, refusal!.Reason);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fits_ArmWithoutAChain_DoesNot()
    {
        Assert.True(ToolPoseSolver.Fits(Arms.WidowX));
        Assert.False(ToolPoseSolver.Fits(Arms.OneJoint(-1, 1, 1, 1)));
        Assert.Throws<ArgumentException>(() => new ToolPoseSolver(Arms.OneJoint(-1, 1, 1, 1), new PlanRules()));
    }

    private SolvedChunk Solve(params float[][] steps)
    {
        Assert.Null(_solver.TrySolve(Chunks.Of(Now, steps), Observed, Now, out var solved));
        return solved!;
    }

    private static JointVector Step(SolvedChunk solved, int step) =>
        JointVector.From([.. solved.Chunk.Actions.Span.Slice(step * 7, 7).ToArray().Select(v => (double)v)]);

    private static void AssertBounded(SolvedChunk solved)
    {
        var before = Observed;
        for (var i = 0; i < solved.Chunk.Steps; i++)
        {
            var step = Step(solved, i);
            for (var j = 0; j < 6; j++) Assert.InRange(Math.Abs(step[j] - before[j]), 0, Arms.WidowX.Joints[j].MaxVelocity * Period + 1e-6);
            before = step;
        }
    }
}
