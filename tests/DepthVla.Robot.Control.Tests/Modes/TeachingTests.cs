using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;
using DepthVla.Robot.Core.Robots;
using FsCheck;
using FsCheck.Xunit;

namespace DepthVla.Robot.Control.Tests.Modes;

/// <summary>An arm that people move by hand: who may begin, what is commanded meanwhile, and what moves when it ends.</summary>
public sealed class TeachingTests
{
    private const long Ms = 1_000_000;

    private static readonly RobotDescription One = Arms.OneJoint(-2, 2, 2, 10, effort: 4);

    [Fact]
    public void Teach_IdleArm_IsFreeAndIsHeldWhereItWasLeftUntilItIsArmed()
    {
        using var rig = new Rig(One, [0], 900, startsArmed: false);
        var refused = ArmOutcome.None;
        rig.Pace.Before = tick =>
        {
            if (tick % 20 == 0) rig.Offer(Chunks.Stay(rig.Pace.NowNs, 20, -0.5) with { BasedOnSequence = tick + 1 });
            if (tick == 100) rig.Loop.Operator.Teach(byHand: true);
            if (tick is > 110 and <= 200) rig.Robot.Hand = (tick - 110) * 0.01;   // 5 rad/s: faster than it may go by itself
            if (tick == 150) rig.Loop.Operator.Arm();
            if (tick == 152) refused = rig.Loop.Operator.Outcome;
            if (tick == 250) rig.Loop.Operator.EndTeaching();
            if (tick == 400) rig.Loop.Operator.Arm();
        };
        rig.Run();

        Assert.Equal(ArmOutcome.Teaching, refused);
        Assert.All(rig.Turns[100..250], turn => Assert.Equal((HoldReason.Teaching, Mode.Teaching), (turn.Hold, turn.Mode)));
        var kinds = rig.Robot.Kinds.ToArray();                                      // the first is before the first turn
        Assert.All(kinds[101..251], kind => Assert.Equal(CommandKind.Free, kind));
        Assert.All(kinds[251..], kind => Assert.Equal(CommandKind.Follow, kind));
        Assert.All(rig.Turns[250..400], turn => Assert.Equal(Mode.Idle, turn.Mode));
        Assert.All(rig.Robot.Commands.Skip(251).Take(150), command => Assert.Equal(0.9, command[0], 1e-6));
        Assert.Equal(-0.5, rig.Robot.Commands[^1][0], 1e-3);
        Assert.Null(Referee.FirstViolation(One, 0.002, [.. rig.Robot.Commands.Skip(251)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Teach_ArmThatMayFollowPlans_IsForgotten(bool moves)
    {
        using var rig = new Rig(One, [0], 300);
        rig.Offer(Chunks.Stay(rig.Pace.NowNs, 20, moves ? 1.9 : 0));
        rig.Pace.Before = tick =>
        {
            if (tick == (moves ? 150 : 100)) rig.Loop.Operator.Teach(byHand: true);
            if (tick == 149 && moves) rig.Loop.Operator.Hold();                     // still brakes
        };
        rig.Run();
        Assert.DoesNotContain(rig.Turns, turn => turn.Hold == HoldReason.Teaching);
        Assert.All(rig.Robot.Kinds, kind => Assert.Equal(CommandKind.Follow, kind));
    }

    [Fact]
    public void Teach_Held_IsNotLetGo()
    {
        using var rig = new Rig(One, [0.3], 300, startsArmed: false);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Loop.Operator.Teach(byHand: false);
        };
        rig.Run();
        Assert.All(rig.Turns[100..300], turn => Assert.Equal(Mode.Teaching, turn.Mode));
        Assert.All(rig.Robot.Kinds, kind => Assert.Equal(CommandKind.Follow, kind));
        Assert.All(rig.Robot.Commands, command => Assert.Equal(0.3, command[0], 1e-6));
    }

    /// <summary>Whatever ends it, the arm is held where it then is; and what kept it from moving before still does.</summary>
    [Theory]
    [InlineData("stop", HoldReason.OperatorStop)]
    [InlineData("hold", HoldReason.OperatorHold)]
    [InlineData("end", HoldReason.OperatorHold)]
    [InlineData("effort", HoldReason.EffortExceeded)]
    public void Teach_EndedByAnything_HoldsWhereTheArmIs(string by, HoldReason after)
    {
        using var rig = new Rig(One, [0], 700);
        rig.Pace.Before = tick =>
        {
            if (tick == 10) rig.Loop.Operator.Hold();
            if (tick == 100) rig.Loop.Operator.Teach(byHand: true);
            if (tick is > 100 and < 400) rig.Robot.Hand = 0.5;
            rig.Robot.Effort = tick is >= 300 and < 402 && by == "effort" ? 5 : 0;
            if (tick == 399 && by == "stop") rig.Loop.Operator.Stop();
            if (tick == 399 && by == "hold") rig.Loop.Operator.Hold();
            if (tick == 399 && by == "end") rig.Loop.Operator.EndTeaching();
        };
        rig.Run();
        Assert.All(rig.Turns[100..399], turn => Assert.Equal(HoldReason.Teaching, turn.Hold));
        Assert.All(rig.Turns[401..700], turn => Assert.Equal(after, turn.Hold));
        Assert.All(rig.Robot.Kinds.Skip(402), kind => Assert.Equal(CommandKind.Follow, kind));
        Assert.All(rig.Robot.Commands.Skip(402), command => Assert.Equal(0.5, command[0], 1e-6));
    }

    /// <summary>Drivers cut commands to the limits, which would move it: it is told to stay, and arming waits until somebody moved it inside.</summary>
    [Fact]
    public void Teach_LeftOutsideItsLimits_StaysThereAndIsArmedOnceItWasMovedInside()
    {
        using var rig = new Rig(One, [0], 900, startsArmed: false);
        var outcomes = new Dictionary<int, ArmOutcome>();
        rig.Pace.Before = tick =>
        {
            outcomes[tick] = rig.Loop.Operator.Outcome;
            if (tick is 100 or 400) rig.Loop.Operator.Teach(byHand: true);
            if (tick == 150) rig.Robot.Hand = 2.2;
            if (tick == 450) rig.Robot.Hand = 1.5;
            if (tick is 200 or 500) rig.Loop.Operator.EndTeaching();
            if (tick is 300 or 600) rig.Loop.Operator.Arm();
        };
        rig.Run();
        Assert.Equal(ArmOutcome.OutsideLimits, outcomes[301]);
        Assert.All(rig.Robot.Kinds.Skip(201).Take(199), kind => Assert.Equal(CommandKind.Stay, kind));
        Assert.All(rig.Turns[200..400], turn => Assert.Equal(2.2, turn.State.Positions[0]));
        Assert.Equal(ArmOutcome.Armed, outcomes[601]);
        Assert.Equal(1.5, rig.Robot.Commands[^1][0], 1e-6);
    }

    /// <summary>Nobody knows where a free arm is whose state is lost: taking hold of it blindly would move it.</summary>
    [Fact]
    public void Teach_StateIsLost_IsHeldOnceItIsKnownWhereTheArmIs()
    {
        using var rig = new Rig(One, [0], 600, startsArmed: false);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Loop.Operator.Teach(byHand: true);
            rig.Robot.Hand = tick is >= 100 ? 0.4 : null;
            rig.Robot.AgeNs = tick is >= 200 and < 300 ? 200 * Ms : 0;
        };
        rig.Run();
        Assert.All(rig.Turns[200..600], turn => Assert.Equal(HoldReason.StateStale, turn.Hold));
        var kinds = rig.Robot.Kinds.ToArray();
        Assert.All(kinds[201..301], kind => Assert.Equal(CommandKind.Free, kind));
        Assert.All(kinds[301..], kind => Assert.Equal(CommandKind.Follow, kind));
        Assert.Equal(0.4, rig.Robot.Commands[^1][0], 1e-6);
    }

    [Fact]
    public void Run_EndsWhileTheArmIsFree_HoldsItWhereItIs()
    {
        using var rig = new Rig(One, [0], 300, startsArmed: false);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Loop.Operator.Teach(byHand: true);
            if (tick > 100) rig.Robot.Hand = 0.7;
        };
        rig.Run();
        Assert.Equal(CommandKind.Follow, rig.Robot.Kinds.Last());
        Assert.Equal(0.7, rig.Robot.Commands[^1][0], 1e-6);
    }

    [Fact]
    public void Teach_ArmThatCannotBeLetGo_IsHeld()
    {
        using var rig = new Rig(One, [0], 300, startsArmed: false, freeDrive: FreeDrive.None);
        rig.Pace.Before = tick =>
        {
            if (tick == 100) rig.Loop.Operator.Teach(byHand: true);
        };
        rig.Run();
        Assert.All(rig.Robot.Kinds, kind => Assert.Equal(CommandKind.Follow, kind));
    }

    /// <summary>Whatever is asked, and whatever hands do: an arm that follows was armed after it was last taught, and from where it was held.</summary>
    [Property(MaxTest = 200)]
    public void Run_AnyWordsAndHands_NothingIsCommandedWhileFreeAndNothingJumpsAfter(int seed)
    {
        var random = new Random(seed);
        using var rig = new Rig(One, [0], 1500, startsArmed: random.Next(2) == 0);
        rig.Pace.Before = tick =>
        {
            if (tick % 20 == 0) rig.Offer(Chunks.Stay(rig.Pace.NowNs, 20, random.NextDouble() - 0.5) with { BasedOnSequence = tick + 1 });
            if (random.Next(10) == 0) rig.Robot.Hand = 4.4 * random.NextDouble() - 2.2;
            if (random.Next(30) != 0) return;
            Action[] words = [rig.Loop.Operator.Stop, rig.Loop.Operator.Hold, rig.Loop.Operator.Arm, () => rig.Loop.Operator.Teach(byHand: true), rig.Loop.Operator.EndTeaching];
            words[random.Next(words.Length)]();
        };
        rig.Run();

        var (kinds, commands, turns) = (rig.Robot.Kinds.ToArray(), rig.Robot.Commands, rig.Turns);
        for (var i = 1; i < kinds.Length; i++)
        {
            Assert.Equal(kinds[i] == CommandKind.Free, turns[i - 1].Hold == HoldReason.Teaching);
            if (kinds[i] != CommandKind.Free && kinds[i - 1] == CommandKind.Free) Assert.Equal(turns[i - 1].State.Positions[0], commands[i][0], 1e-6);
        }

        for (var (start, end) = (0, 0); start < kinds.Length; start = end)
        {
            while (end < kinds.Length && kinds[end] == kinds[start]) end++;
            if (kinds[start] == CommandKind.Follow) Assert.Null(Referee.FirstViolation(One, 0.002, [.. commands.Skip(start).Take(end - start)]));
        }
    }
}
