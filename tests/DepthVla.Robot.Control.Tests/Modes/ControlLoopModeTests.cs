using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Modes;

/// <summary>What the arm does when a person asks, when plans run out, and what it takes to move again after a stop.</summary>
public sealed class ControlLoopModeTests
{
    private const long Ms = 1_000_000, T0 = 1_000 * Ms, P = 2 * Ms;

    private static readonly RobotDescription One = Arms.OneJoint(-2, 2, 2, 10, effort: 4);

    [Fact]
    public void Run_NotArmed_StandsWhateverComesUntilItIsArmed()
    {
        using var rig = new Rig(One, [0], 600, startsArmed: false);
        rig.Pace.Before = tick =>
        {
            if (tick % 20 == 0) rig.Offer(From(rig.Pace.NowNs, tick, 0.3));
            if (tick == 300) rig.Loop.Operator.Arm();
        };
        rig.Run();

        Assert.All(rig.Turns[..300], turn => Assert.Equal((HoldReason.NotArmed, Mode.Idle), (turn.Hold, turn.Mode)));
        Assert.All(rig.Robot.Commands.Take(301), command => Assert.Equal(0, command[0]));
        Assert.Equal(Mode.Armed, rig.Turns[301].Mode);      // the plan of turn 300 was observed before
        Assert.Equal(ArmOutcome.Armed, rig.Loop.Operator.Outcome);
        Assert.Contains(rig.Turns[301..], turn => turn.Mode == Mode.Tracking);
        Assert.Equal(0.3f, rig.Robot.Commands[590][0], 1e-6);
    }

    [Theory]
    [InlineData(HoldReason.OperatorHold, Mode.Holding)]
    [InlineData(HoldReason.OperatorStop, Mode.Stopped)]
    [InlineData(HoldReason.StateStale, Mode.Stopped)]
    [InlineData(HoldReason.EffortExceeded, Mode.Stopped)]
    [InlineData(HoldReason.Overslept, Mode.Stopped)]
    public void Run_Latched_BrakesInTheStatedTimeAndFollowsNothingUntilItIsArmed(HoldReason reason, Mode mode)
    {
        using var rig = new Rig(One, [0], 1500);
        rig.Pace.Skips = tick => tick == 200 && reason == HoldReason.Overslept ? 51 : 0;   // of 50 that a state may be old
        rig.Pace.Before = tick =>
        {
            if (tick % 50 == 0) rig.Offer(From(rig.Pace.NowNs, tick, tick < 1000 ? 1.9 : 0));
            rig.Robot.AgeNs = tick == 200 && reason == HoldReason.StateStale ? 200 * Ms : 0;
            rig.Robot.Effort = tick is >= 100 and <= 200 && reason == HoldReason.EffortExceeded ? 5 : 0;   // 200 ms at the last of these
            if (tick == 200 && reason == HoldReason.OperatorHold) rig.Loop.Operator.Hold();
            if (tick == 200 && reason == HoldReason.OperatorStop) rig.Loop.Operator.Stop();
            if (tick == 1000) rig.Loop.Operator.Arm();
        };
        rig.Run();

        Assert.Equal(Mode.Tracking, rig.Turns[199].Mode);
        Assert.All(rig.Turns[200..1000], turn => Assert.Equal((reason, mode), (turn.Hold, turn.Mode)));
        var stand = 200 + (int)(StoppingBound.Of(One, P, 0).Seconds * 1e9 / P);
        var commands = rig.Robot.Commands;
        Assert.All(commands.Skip(stand).Take(1000 - stand), command => Assert.Equal(commands[1000][0], command[0]));
        Assert.True(commands[1000][0] > 0.3);

        Assert.Equal(Mode.Armed, rig.Turns[1000].Mode);
        Assert.Contains(rig.Turns[1001..], turn => turn.Mode == Mode.Tracking);
        Assert.Equal(0, commands[1490][0], 1e-6);
        Assert.Null(Referee.FirstViolation(One, 0.002, commands));
    }

    [Fact]
    public void Run_Armed_FollowsNoPlanWhoseObservationIsOlder()
    {
        using var rig = new Rig(One, [0], 300, startsArmed: false);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Loop.Operator.Arm();
            if (tick == 150) rig.Offer(Chunks.Stay(T0 + 101 * P + Chunks.PeriodNs - 1, 20, 1));       // may have been observed 1 ns before
            if (tick == 200) rig.Offer(Chunks.Stay(T0 + 101 * P + Chunks.PeriodNs, 20, 1) with { BasedOnSequence = 2 });
        };
        rig.Run();
        Assert.All(rig.Turns[100..200], turn => Assert.Equal(HoldReason.NoPlan, turn.Hold));
        Assert.Equal(2, rig.Turns[200].Executing!.Value.ChunkSequence);
    }

    [Fact]
    public void Run_ArmAsked_IsRefusedWhileMovingWithoutAStateAndAwayFromTheCommand()
    {
        using var rig = new Rig(One, [0], 1000);
        var outcomes = new Dictionary<int, ArmOutcome>();
        rig.Offer(Chunks.Stay(T0, 40, 1.9));
        rig.Pace.Before = tick =>
        {
            outcomes[tick] = rig.Loop.Operator.Outcome;
            rig.Robot.AgeNs = tick == 500 ? 200 * Ms : 0;
            rig.Robot.PushedBy = tick >= 600 && tick < 700 ? 0.11 : 0;
            if (tick == 200) rig.Loop.Operator.Stop();
            if (tick is 210 or 500 or 600 or 800) rig.Loop.Operator.Arm();
        };
        rig.Run();
        Assert.Equal(ArmOutcome.Moving, outcomes[211]);
        Assert.Equal(ArmOutcome.StateNotCurrent, outcomes[501]);
        Assert.Equal(ArmOutcome.NotWhereTold, outcomes[601]);
        Assert.Equal(ArmOutcome.Armed, outcomes[801]);
        Assert.All(rig.Turns[200..800], turn => Assert.Equal(Mode.Stopped, turn.Mode));
        Assert.Equal(HoldReason.StateStale, rig.Turns[799].Hold);   // the graver reason
    }

    [Fact]
    public void Run_StopAndArmInOneBreath_Stops()
    {
        using var rig = new Rig(One, [0], 300);
        rig.Pace.Before = tick =>
        {
            if (tick != 100) return;
            rig.Loop.Operator.Arm();
            rig.Loop.Operator.Stop();
        };
        rig.Run();
        Assert.All(rig.Turns[100..300], turn => Assert.Equal(HoldReason.OperatorStop, turn.Hold));
        Assert.Equal(ArmOutcome.Overruled, rig.Loop.Operator.Outcome);
    }

    [Fact]
    public void TryWithdrawArm_BeforeAnyTurnAndAfter_TakesBackOnlyWhatNobodyHeeded()
    {
        using var rig = new Rig(One, [0], 100, startsArmed: false);
        rig.Loop.Operator.Arm();
        rig.Loop.Operator.Hold();
        Assert.True(rig.Loop.Operator.TryWithdrawArm());
        rig.Run();
        Assert.All(rig.Turns[..100], turn => Assert.Equal(HoldReason.OperatorHold, turn.Hold)); // the hold was not taken back
        Assert.Equal(ArmOutcome.None, rig.Loop.Operator.Outcome);
        Assert.False(rig.Loop.Operator.TryWithdrawArm());
    }

    /// <summary>A new table is no reason to go on after a stop; only somebody who arms the arm is. That the arm was stuck meanwhile changes nothing, whichever was first.</summary>
    [Theory]
    [InlineData(20, 51)]
    [InlineData(20, 10)]
    [InlineData(10, 20)]
    public void Anew_AfterAStop_StaysStoppedUntilArmed(int stopped, int late)
    {
        using var rig = new Rig(One, [0], 50);
        rig.Pace.Skips = tick => tick == late ? 51 : 0;
        rig.Pace.Before = tick =>
        {
            if (tick == stopped) rig.Loop.Operator.Stop();
        };
        rig.Run();
        var turns = RunAnew(rig, armedAt: 50);
        Assert.All(turns[..50], turn => Assert.Equal(HoldReason.OperatorStop, turn.Hold));
        Assert.All(turns[50..100], turn => Assert.Equal(HoldReason.NoPlan, turn.Hold));
    }

    /// <summary>What stopped the arm at one table has nothing to do with the next.</summary>
    [Fact]
    public void Anew_AfterAnythingElse_FollowsPlansAgain()
    {
        using var rig = new Rig(One, [0], 50);
        rig.Pace.Skips = tick => tick == 20 ? 51 : 0;
        rig.Run();
        Assert.All(rig.Turns[20..50], turn => Assert.Equal(HoldReason.Overslept, turn.Hold));
        Assert.All(RunAnew(rig, armedAt: null)[..100], turn => Assert.Equal(HoldReason.NoPlan, turn.Hold));
    }

    // A hundred turns of the loop after this one.
    private static TickRecord[] RunAnew(Rig rig, int? armedAt)
    {
        using var later = new FakePace(P, 100) { NowNs = rig.Pace.NowNs + 1000 * Ms };
        rig.Robot.Pace = later;
        var next = rig.Loop.Anew(new(One.Joints, new()), later);
        later.Before = tick =>
        {
            if (tick == armedAt) next.Operator.Arm();
        };
        next.Run(later.Stop);
        return next.Recorder.Newest(int.MaxValue);
    }

    [Fact]
    public void Run_PlanRunsOut_SlowsAlongItAndStandsOnItsLastStepBeforeItExpires()
    {
        using var rig = new Rig(One, [0], 600);
        var chunk = Chunks.Of(T0, [0], [0.06f], [0.12f], [0.18f], [0.24f], [0.30f]);
        rig.Offer(chunk);
        rig.Run();

        var degraded = Array.FindIndex(rig.Turns, turn => turn.Mode == Mode.Degraded);
        Assert.Equal(chunk.FirstStepTimeNs + 400 * Ms, rig.Turns[degraded - 1].Tick.TimeNs + P);    // as long before the last step as it is valid after it
        var expired = rig.FirstHold(HoldReason.PlanExpired);
        Assert.All(rig.Turns[degraded..expired], turn => Assert.Equal(Mode.Degraded, turn.Mode));
        var commands = rig.Robot.Commands;
        for (var tick = degraded; tick <= expired; tick++) Assert.InRange(commands[tick][0] - commands[tick - 1][0], 0, 0.0016);
        Assert.Equal(0.30f, commands[expired][0], 1e-4);
        Assert.Equal(0.30f, commands[^1][0], 1e-4);             // next to nothing left to brake
    }

    [Fact]
    public void Report_Modes_HaveCountAndTime()
    {
        using var rig = new Rig(One, [0], 500);
        rig.Offer(Chunks.Stay(T0 + P, 3, 0.1));
        rig.Pace.Before = tick =>
        {
            if (tick == 400) rig.Loop.Operator.Stop();
        };
        rig.Run();
        var report = rig.Loop.Report();
        Assert.Equal(Mode.Stopped, report.Mode);
        Assert.Equal(report.Modes.Single(mode => mode.Mode == Mode.Stopped).Seconds, report.ModeSeconds, 1e-9);
        Assert.Equal((rig.Turns.Length - 1, P), (report.PeriodNs.Count, report.PeriodNs.Max));
        Assert.Equal([Mode.Tracking, Mode.Degraded, Mode.Holding, Mode.Stopped], report.Modes.Select(mode => mode.Mode));
        Assert.Equal(0.2, report.Modes.Single(mode => mode.Mode == Mode.Degraded).Seconds, 0.003);
        Assert.Equal((rig.Turns[^1].Tick.TimeNs - rig.Turns[0].Tick.TimeNs) * 1e-9, report.Modes.Sum(mode => mode.Seconds), 1e-9);
    }

    [Property(MaxTest = 100)]
    public void Run_AnyRequestsAndChunks_StayInsideEveryLimitAndMoveOnlyWhenArmed(DoNotSize<int> seed, (byte Gap, byte What)[] requests)
    {
        var random = new Random(seed.Item);
        var at = 0;
        var asked = requests.ToLookup(request => at += request.Gap, request => request.What);
        using var rig = new Rig(Arms.WidowX, Arms.WidowXHome, at + 200, startsArmed: random.Next(2) == 0);
        rig.Pace.Before = tick =>
        {
            if (tick % 40 == 0) rig.Offer(From(rig.Pace.NowNs, tick, [.. Arms.WidowXHome.Select(place => place + Arms.Uniform(random, -0.5, 0.5))]));
            rig.Robot.AgeNs = asked[tick].Contains((byte)255) ? 200 * Ms : 0;
            foreach (var what in asked[tick])
            {
                if (what % 4 == 0) rig.Loop.Operator.Stop();
                else if (what % 4 == 1) rig.Loop.Operator.Hold();
                else rig.Loop.Operator.Arm();
            }
        };
        rig.Run();

        Assert.Null(Referee.FirstViolation(Arms.WidowX, 0.002, rig.Robot.Commands));
        var longest = (int)(StoppingBound.Of(Arms.WidowX, P, 0).Seconds * 1e9 / P) + 1;
        var (turns, commands) = (rig.Turns, rig.Robot.Commands);
        for (var (tick, held) = (0, 0); tick < turns.Length; tick++)
        {
            held = turns[tick].Mode is Mode.Stopped or Mode.Idle or Mode.Holding ? held + 1 : 0;
            if (held > longest) Assert.Equal(commands[tick], commands[tick + 1]);
        }
    }

    [Fact]
    public void Of_EveryReason_HasItsMode()
    {
        Assert.Equal(
            [Mode.Tracking, Mode.Armed, Mode.Holding, Mode.Holding, Mode.Idle, Mode.Teaching, Mode.Holding, Mode.Stopped, Mode.Stopped, Mode.Stopped, Mode.Stopped, Mode.Stopped],
            Enum.GetValues<HoldReason>().Select(reason => ModeTable.Of(reason, runningOut: false)));
        Assert.Equal(Mode.Degraded, ModeTable.Of(HoldReason.None, runningOut: true));
    }

    private static Core.Policies.ActionChunk From(long nowNs, int sequence, params double[] place) => Chunks.Stay(nowNs, 4, place) with { BasedOnSequence = sequence };
}
