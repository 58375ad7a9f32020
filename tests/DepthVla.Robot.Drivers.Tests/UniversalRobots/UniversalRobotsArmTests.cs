using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

public sealed class UniversalRobotsArmTests : UniversalRobotsFixture
{
    private static readonly MonotonicClock Clock = MonotonicClock.System;

    [Fact]
    public async Task Read_WithoutAnyCommand_IsWhereTheArmStandsStampedOnArrival()
    {
        var before = Clock.NowNs;
        using var arm = await Connect();
        var first = arm.Read();
        await Until(() => arm.Read().TimeNs > first.TimeNs && arm.SpeedScaling == 0.75);
        var state = arm.Read();
        Assert.InRange(first.TimeNs, before, state.TimeNs);
        Assert.InRange(state.TimeNs, first.TimeNs, Clock.NowNs);
        Assert.Equal(Controller.Arm.Positions, state.Positions.ToArray());
        Assert.Equal(JointVector.Zero(6), state.Velocities);
    }

    [Theory]
    [InlineData(5, 22, false)]
    [InlineData(5, 23, true)]
    [InlineData(10, 10, false)]
    [InlineData(10, 11, true)]
    public async Task Read_ControllersThatConvertCurrents_TellTorquesAndOthersNone(int major, int minor, bool tells)
    {
        Controller.Version = [major, minor, 0, 0];
        Controller.Torques = [1, 2, 3, 4, 5, -6];
        if (!tells) Controller.TypeOf.Remove("actual_current_as_torque");
        using var arm = await Connect();
        var first = arm.Read().TimeNs;
        await Until(() => arm.Read().TimeNs > first);
        Assert.Equal(tells ? JointVector.From(Controller.Torques) : default, arm.Read().Efforts);
    }

    [Fact]
    public async Task Connect_BeforeTheFirstCommand_ScriptWaitsAndNothingMoves()
    {
        using var arm = await Connect(Options with { MissedReads = 2 });
        await Until(() => Controller.Script!.Counts[1] > 100);
        Assert.False(Controller.Arm.Moving);
        Assert.Equal(0, Controller.Script!.Counts[2]);
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Write_Targets_ArmGoesThere()
    {
        using var arm = await Connect();
        var target = arm.Read().Positions;
        var goal = target;
        for (var i = 0; i < 6; i++) goal[i] += 0.01 * (i + 1);
        await Until(() =>
        {
            for (var i = 0; i < 6; i++) target[i] = Math.Min(target[i] + 0.0005, goal[i]);
            arm.Write(new JointCommand(Clock.NowNs, target));
            return Controller.Arm.Positions.Zip(goal.ToArray()).All(p => Math.Abs(p.First - p.Second) < 2e-6);
        });
        await Until(() => arm.Read().Positions.ToArray().Zip(goal.ToArray()).All(p => Math.Abs(p.First - p.Second) < 2e-6));
        Assert.True(Controller.Script!.Counts[2] > 10);
        Assert.Equal(0.02, Controller.Script.ReadTimeout);
        var settings = Controller.Script.ServoSettings!;
        Assert.Equal((0.008, 0.1, 300.0), (settings["t"], settings["lookahead_time"], settings["gain"]));
        Assert.Null(arm.Fault);
    }

    /// <summary>It stops following first, is moved, is held where it was left by the controller, and goes on from there.</summary>
    [Fact]
    public async Task Write_FreeThenStayThenTargets_IsMovedByHandAndGoesOnFromThere()
    {
        using var arm = await Connect();
        Assert.Equal(FreeDrive.Carried, arm.FreeDrive);
        await Drive(arm, () => Controller.Script!.Counts[2] > 5);
        await Until(() => Tell(arm, CommandKind.Free) && Controller.Arm.IsFree);
        var left = Controller.Arm.Positions;
        Controller.Arm.Push(0, 0.3);
        await Until(() => Tell(arm, CommandKind.Free) && Math.Abs(arm.Read().Positions[0] - left[0] - 0.3) < 1e-9);
        await Until(() => Tell(arm, CommandKind.Stay) && !Controller.Arm.IsFree);
        Controller.Arm.Push(0, 0.3);
        Assert.Equal(left[0] + 0.3, Controller.Arm.Positions[0], 1e-9);
        await Drive(arm, () => Controller.Arm.Positions[0] > left[0] + 0.32);
        Assert.Null(arm.Fault);
    }

    /// <summary>The daemon is gone: the script ends the free drive by itself, and the controller holds the arm.</summary>
    [Fact]
    public async Task Write_FreeThenNothing_ScriptEndsTheFreeDrive()
    {
        using var arm = await Connect();
        await Until(() => Tell(arm, CommandKind.Free) && Controller.Arm.IsFree);
        await Until(() => arm.Fault is not null);
        Assert.False(Controller.Arm.IsFree);
        Assert.Contains("no command reached the controller", arm.Fault, StringComparison.Ordinal);
    }

    private static bool Tell(UniversalRobotsArm arm, CommandKind kind)
    {
        arm.Write(new JointCommand(Clock.NowNs, arm.Read().Positions, kind));
        return true;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(230)]
    public async Task Read_StatesInAnyPortions_AreAllUnderstood(int portion)
    {
        Controller.Portion = portion;
        using var arm = await Connect();
        await Drive(arm, () => Controller.Script!.Counts[2] > 20);
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Read_StatesAndTextsInOneSegment_AreAllUnderstood()
    {
        using var arm = await Connect();
        var text = new WireBytes().ShortText("mind the\nstep").ShortText("RTDE").Byte(1).Package('M');
        Controller.Interject([.. text, .. text, .. text]);
        await Until(() => Said.Count == 3);
        Assert.All(Said, said => Assert.Equal("the controller says: error from RTDE: mind the?step", said));
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task Dispose_WhileMoving_SaysGoodbyeAndTheArmStops()
    {
        using (var arm = await Connect())
        {
            await Drive(arm, () => Controller.Arm.Moving);
        }

        await Until(() => Controller.Script!.Ending != 0);
        Assert.Equal((1, 1), (Controller.Script!.Ending, Controller.Script.Counts[0]));
        Assert.False(Controller.Arm.Moving);
        Assert.Equal(4, Controller.Script.StopDeceleration);
        Assert.Empty(Said);
    }

    [Fact]
    public async Task Dispose_Twice_IsNoMore()
    {
        var arm = await Connect();
        arm.Dispose();
        arm.Dispose();
        Assert.Equal(6, arm.Read().Positions.Count);
        arm.Write(new JointCommand(0, JointVector.Zero(6)));
    }

    [Fact]
    public async Task Start_AfterOneThatEnded_WorksAgain()
    {
        using (await Connect()) { }
        using var arm = await Connect();
        await Drive(arm, () => Controller.Arm.Moving);
        Assert.Null(arm.Fault);
    }

    [Fact]
    public async Task PrepareThread_IsCalledOnceOnTheDriversThread()
    {
        var threads = new List<string?>();
        using (await Connect(Options with { PrepareThread = () => threads.Add(Thread.CurrentThread.Name) })) { }
        Assert.Equal(["universal robots"], threads);
    }

    [Fact]
    public async Task ReadAndWrite_TenThousandTurns_AllocateNothing()
    {
        using var arm = await Connect();
        var target = arm.Read().Positions;
        var allocated = Turns(arm, in target, 10_000);
        Assert.Equal(0, allocated);
        Assert.Null(arm.Fault);
    }

    // On one thread, without awaiting; warmed up first.
    private static long Turns(IRobot arm, in JointVector target, int turns)
    {
        var before = 0L;
        for (var i = -1000; i < turns; i++)
        {
            if (i == 0) before = GC.GetAllocatedBytesForCurrentThread();
            var state = arm.Read();
            arm.Write(new JointCommand(state.TimeNs, target));
            if (i % 100 == 0) Thread.Yield();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
