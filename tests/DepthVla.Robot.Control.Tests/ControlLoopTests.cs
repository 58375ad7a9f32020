using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests;

public sealed class ControlLoopTests
{
    private const long Ms = 1_000_000;
    private const long T0 = 1_000 * Ms;   // when the fake clock begins
    private const long P = 2 * Ms;        // control period

    private static readonly RobotDescription One = Arms.OneJoint(-2, 2, 2, 10);

    [Fact]
    public void Run_PlanWaiting_FirstCommandIsStillWhereTheArmIs()
    {
        using var rig = new Rig(One, [0.5], 10);
        rig.Offer(Chunks.Stay(T0, 4, 1));
        rig.Run();
        Assert.Equal(0.5, rig.Robot.Commands[0][0]);
        Assert.True(rig.Robot.Commands[1][0] > 0.5);
    }

    [Fact]
    public void Run_NoPlan_StandsWhereItStarted()
    {
        using var rig = new Rig(Arms.WidowX, Arms.WidowXHome, 100).Run();
        Assert.All(rig.Robot.Commands, command => Assert.Equal(Arms.WidowXHome, command));
        Assert.Equal(HoldReason.NoPlan, Assert.Single(rig.Loop.Report().Holds, hold => hold.Reason == HoldReason.NoPlan).Reason);
    }

    [Fact]
    public void Run_PlanInsideTheLimits_CommandsAreThePlanOnePeriodOn()
    {
        using var rig = new Rig(One, [0], 400);
        rig.Offer(Chunks.Of(T0, [0], [0], [0.02f], [0.07f], [0.14f], [0.2f], [0.24f], [0.26f], [0.26f]));
        rig.Run();
        for (var tick = 0; tick < 398; tick++)
        {
            Assert.True(rig.Plans.Current!.TrySample(rig.Turns[tick].Tick.TimeNs + P, out var wanted, out _));
            Assert.Equal(wanted[0], rig.Robot.Commands[1 + tick][0], 1e-14);
        }
    }

    [Fact]
    public void Run_PlanEnds_IsFollowedToItsLastTickAndThenBrakesInTheStatedTime()
    {
        using var rig = new Rig(One, [0], 500);
        var chunk = Chunks.Stay(T0, 3, 1.9);   // far: the arm is at speed when it expires
        rig.Offer(chunk);
        rig.Run();

        var first = rig.FirstHold(HoldReason.PlanExpired);
        Assert.Equal(chunk.NotAfterNs, rig.Turns[first - 1].Tick.TimeNs + P);
        Assert.All(rig.Turns[..first], turn => Assert.Equal(HoldReason.None, turn.Hold));

        var bound = StoppingBound.Of(One, P, 0);
        var speed = (rig.Robot.Commands[first][0] - rig.Robot.Commands[first - 1][0]) / 0.002;
        Assert.InRange(speed, 1.5, 2);
        var stand = first + (int)(bound.Seconds * 1e9 / P);
        Assert.Equal(rig.Robot.Commands[stand][0], rig.Robot.Commands[stand + 1][0]);
        Assert.InRange(rig.Robot.Commands[stand][0] - rig.Robot.Commands[first][0], 0.1, bound.Joints[0].Distance);
    }

    [Fact]
    public void Run_PlanAfterExpiry_ResumesByItself()
    {
        using var rig = new Rig(One, [0], 1000);
        rig.Offer(Chunks.Stay(T0, 3, 0.1));
        rig.Pace.Before = tick =>
        {
            if (tick == 400) rig.Offer(Chunks.Stay(rig.Pace.NowNs, 10, 0.3));
        };
        rig.Run();
        Assert.Equal(HoldReason.PlanExpired, rig.Turns[399].Hold);
        Assert.Equal(HoldReason.None, rig.Turns[400].Hold);
        Assert.Equal(0.3f, rig.Robot.Commands[890][0], 1e-14);
        Assert.Null(rig.Turns[400].Seam);   // from a hold there is none
    }

    [Theory]
    [InlineData(100 * Ms, HoldReason.None)]
    [InlineData(100 * Ms + 1, HoldReason.StateStale)]
    [InlineData(-100 * Ms, HoldReason.None)]
    [InlineData(-100 * Ms - 1, HoldReason.StateStale)]
    [InlineData(long.MinValue / 2, HoldReason.StateStale)]
    [InlineData(long.MaxValue / 2, HoldReason.StateStale)]
    public void Run_StateOfAnotherTime_HoldsAndDoesNotResume(long age, HoldReason expected)
    {
        using var rig = new Rig(One, [0], 500);
        rig.Offer(Chunks.Stay(T0, 20, 1.9));
        rig.Pace.Before = tick => rig.Robot.AgeNs = tick == 100 ? age : 0;   // one bad reading
        rig.Run();
        Assert.Equal(HoldReason.None, rig.Turns[99].Hold);
        Assert.All(rig.Turns[100..500], turn => Assert.Equal(expected, turn.Hold));
        if (expected != HoldReason.None) Assert.Equal(rig.Robot.Commands[300], rig.Robot.Commands[^1]);
    }

    [Fact]
    public void Run_Stopped_BrakesAndReturnsOnceTheArmStands()
    {
        using var rig = new Rig(One, [0], 150);
        rig.Offer(Chunks.Stay(T0, 20, 1.9));
        rig.Run();
        var stopping = rig.FirstHold(HoldReason.Stopping);
        Assert.Equal(150, stopping);
        Assert.Equal(rig.Robot.Commands[^1], rig.Robot.Commands[^2]);
        Assert.InRange(rig.Turns.Length - stopping, 50, StoppingBound.Of(One, P, 0).Seconds * 1e9 / P);
        Assert.Null(Referee.FirstViolation(One, 0.002, rig.Robot.Commands));
    }

    [Fact]
    public void Run_ArmOutsideItsLimits_ThrowsAndWritesNothing()
    {
        using var rig = new Rig(One, [2.1], 10);
        Assert.Contains("joint 'joint' is at 2.1", Assert.Throws<UnsafeStartException>(() => rig.Run()).Message);
        Assert.Equal(0, rig.Robot.Count);
    }

    [Fact]
    public void Run_NewPlan_TakesOverAtItsTimeAndTheSeamIsMeasured()
    {
        var arm = One with { Joints = [One.Joints[0], new("gripper", default, 0, 1, 1, 1, IsGripper: true)] };
        using var rig = new Rig(arm, [0, 0.5], 300);
        rig.Offer(Chunks.Stay(T0, 20, 0, 0.5));
        rig.Pace.Before = tick =>
        {
            if (tick != 50) return;
            // It begins 80 ms from now; its second step, at 180 ms, lies 0.25 rad away.
            rig.Offer(Chunks.Of(rig.Pace.NowNs + 80 * Ms, [0.25f, 1], [0.25f, 1], [0.25f, 1], [0.25f, 1], [0.25f, 1]) with { BasedOnSequence = 9 });
        };
        rig.Run();

        var change = Array.FindIndex(rig.Turns, turn => turn.Executing?.ChunkSequence == 9);
        Assert.Equal(rig.Plans.Current!.FirstStepTimeNs, rig.Turns[change].Tick.TimeNs + P);
        Assert.Equal(0.25, rig.Turns[change].Seam);
        Assert.Single(rig.Turns, turn => turn.Seam is not null);
        Assert.Equal((1, 0.25), (rig.Loop.Report().SeamRadians.Count, rig.Loop.Report().SeamRadians.Max));
        Assert.Null(Referee.FirstViolation(arm, 0.002, rig.Robot.Commands));
        Assert.Equal(0.25, rig.Robot.Commands[300][0], 1e-14);
    }

    [Fact]
    public void Run_NewPlanThatBeganInThePast_IsEnteredAtTheStepThatIsDue()
    {
        using var rig = new Rig(One, [0], 200);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Offer(Chunks.Of(rig.Pace.NowNs - 210 * Ms, [1], [1], [0.25f], [0.25f], [0.25f], [0.25f]));
        };
        rig.Run();
        Assert.Equal(new ExecutingStep(1, 2), rig.Turns[100].Executing);
        Assert.Equal(0.25, rig.Turns[100].Target[0]);
        Assert.Equal(212 * Ms, rig.Turns[100].PlanAgeNs);
    }

    [Fact]
    public void Run_Gripper_IsAskedForWholeStepsOnly()
    {
        using var rig = new Rig(Arms.WidowX, Arms.WidowXHome, 500);
        float[][] steps = [.. Enumerable.Range(0, 8).Select(i => new[] { 0, 0, 0, 0, 0, 0, i % 2 == 0 ? 0.0125f : 0.037f })];
        rig.Offer(Chunks.Of(T0, steps));
        rig.Run();
        Assert.All(rig.Turns.Where(turn => turn.Hold == HoldReason.None), turn => Assert.True((float)turn.Target[6] is 0.0125f or 0.037f));
    }

    [Fact]
    public void Run_SkippedPeriods_AreCountedAndNeverMadeUpFor()
    {
        using var rig = new Rig(One, [0], 500);
        rig.Offer(Chunks.Stay(T0, 20, 1.9));
        rig.Pace.Skips = tick => tick < 500 && tick % 10 == 0 ? 7 : 0;
        rig.Run();
        Assert.Equal((50, 350), (rig.Loop.Report().Overruns, rig.Loop.Report().SkippedPeriods));
        Assert.Null(Referee.FirstViolation(One, 0.002, rig.Robot.Commands));
    }

    [Fact]
    public void Run_TenThousandTicksWithChangingPlans_AllocatesNothing()
    {
        using var rig = new Rig(Arms.GuardedWidowX, Arms.WidowXHome, 10_000);
        using var done = new CancellationTokenSource();
        var publisher = new Thread(() =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++) rig.Plans.Offer(Chunks.Stay(rig.Pace.NowNs, 10, 0.1 * (i % 3), 0, 0, 0.4, 0, 1, 0.02), rig.Pace.NowNs);
        });

        // Wait for another plan now and then, so that there are changes however the threads are scheduled.
        var last = rig.Plans.Current;
        rig.Pace.Before = tick =>
        {
            if (tick % 100 != 0) return;
            while (rig.Plans.Current == last) Thread.Yield();
            last = rig.Plans.Current;
        };
        publisher.Start();
        rig.Run();
        done.Cancel();
        publisher.Join();

        Assert.True(rig.Loop.Report().Ticks >= 10_000);
        Assert.InRange(rig.Loop.Report().SeamRadians.Count, 50, 10_000);
        Assert.Equal(0, rig.Loop.Report().AllocatedBytes);
    }

    /// <summary>An arm put elsewhere meanwhile: the next loop starts there, knows no plan, and the time between the two counts for nothing.</summary>
    [Fact]
    public void Anew_AfterALoopThatFollowedAPlan_KnowsNoPlanAndCountsOn()
    {
        using var rig = new Rig(One, [0], 100);
        rig.Offer(Chunks.Stay(T0, 50, 1));
        rig.Run();
        var before = rig.Loop.Report();
        using var later = new FakePace(P, 50) { NowNs = rig.Pace.NowNs + 10_000 * Ms };
        rig.Robot.Pace = later;
        var next = rig.Loop.Anew(new(One.Joints, new()), later);
        Assert.Empty(next.Recorder.Newest(1));
        next.Run(later.Stop);

        var report = next.Report();
        Assert.Equal(before.Ticks + next.Recorder.Count, report.Ticks);
        Assert.Equal(0, report.AllocatedBytes);
        Assert.Equal(0, report.SkippedPeriods);
        Assert.DoesNotContain(next.Recorder.Newest(100), turn => turn.Hold == HoldReason.None);
        Assert.True(report.Holds.Sum(hold => hold.Seconds) < 1, $"{report.Holds.Sum(hold => hold.Seconds)} s");
        Assert.Single(report.Holds, hold => hold.Reason == HoldReason.NoPlan);
    }
}
