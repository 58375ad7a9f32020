using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.UniversalRobots;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>When anything goes wrong the arm stops, the state grows old, the cause can be read, and nothing goes on by itself.</summary>
public sealed class UniversalRobotsFaultTests : UniversalRobotsFixture
{
    [Theory]
    [InlineData(3, 1 << 2, "protective stop")]
    [InlineData(7, 1 << 6 | 1 << 7, "emergency stop")]
    [InlineData(5, 1 << 4, "safeguard stop")]
    public async Task SafetyStop_WhileMoving_IsTheCauseAndNothingResumes(int mode, int bits, string cause)
    {
        using var arm = await Moving();
        Controller.SafetyStop(mode, bits);
        await Ends(arm, cause);
        Assert.Equal(cause == "emergency stop", arm.Fault!.Contains("emergency", StringComparison.Ordinal));

        (Controller.SafetyMode, Controller.SafetyBits) = (1, 1);   // somebody unlocks it
        await StaysEnded(arm);
    }

    [Fact]
    public async Task PowerOff_WhileMoving_IsTheCause()
    {
        using var arm = await Moving();
        Controller.RobotMode = 3;
        await Ends(arm, "powered off");
    }

    [Fact]
    public async Task SilentStates_WhileMoving_AreNoticedAndStopTheArm()
    {
        using var arm = await Moving(Options with { StateTimeout = TimeSpan.FromSeconds(1), MissedReads = 2 });
        Controller.Stalled = true;
        await Ends(arm, "no new state for 1000 ms");
        await Until(() => !Controller.Arm.Moving);
        Controller.Stalled = false;
        await StaysEnded(arm);
    }

    [Fact]
    public async Task FrozenStates_WhileMoving_AreNoNewOnes()
    {
        using var arm = await Moving(Options with { StateTimeout = TimeSpan.FromSeconds(1) });
        Controller.Frozen = true;
        await Ends(arm, "no new state for 1000 ms");
    }

    [Fact]
    public async Task HalfClosedStates_WhileMoving_AreNoticedAndStopTheArm()
    {
        using var arm = await Moving();
        Controller.HalfCloseRtde();
        await Ends(arm, "RTDE was closed by the controller");
        await Until(() => Controller.Script!.Ending == 2);
        await StaysEnded(arm);
    }

    [Fact]
    public async Task ResetStates_WhileMoving_AreNoticedAndStopTheArm()
    {
        using var arm = await Moving();
        Controller.ResetRtde();
        await Ends(arm, "RTDE was");
        await Until(() => Controller.Script!.Ending == 2);
    }

    [Theory]
    [InlineData("0000FF", "no RTDE package")]
    [InlineData("000455FF", "data package that cannot be read")]
    [InlineData("00044DFF", "text package that cannot be read")]
    public async Task Nonsense_WhileMoving_IsTheCauseAndStopsTheArm(string hex, string cause)
    {
        using var arm = await Moving();
        Controller.Interject(Convert.FromHexString(hex));
        await Ends(arm, cause);
        await Until(() => Controller.Script!.Ending == 2);
    }

    [Fact]
    public async Task StateThatIsNotFinite_IsTheCause()
    {
        using var arm = await Moving();
        Controller.Actual0 = double.NaN;
        await Ends(arm, "data package that cannot be read");
        Assert.True(arm.Read().Positions.IsFinite);
    }

    [Fact]
    public async Task NoCommand_ForTheCommandTimeout_ScriptStopsTheArm()
    {
        Controller.Patience = 10;
        using var arm = await Moving(Options with { MissedReads = 5 });
        await Until(() => Controller.Script!.Ending != 0);   // the control thread fell silent
        Assert.Equal(2, Controller.Script!.Ending);
        Assert.False(Controller.Arm.Moving);
        await Ends(arm, "no command reached the controller for 100 ms: its script stopped the arm");
        Assert.DoesNotContain("emergency", arm.Fault!, StringComparison.Ordinal);
        await StaysEnded(arm);
    }

    [Fact]
    public async Task TargetFarFromTheOneBefore_ScriptStopsTheArm()
    {
        using var arm = await Moving(Options with { MaxTargetStep = 0.5 });
        var target = arm.Read().Positions;
        target[2] += 0.9;
        arm.Write(new JointCommand(MonotonicClock.System.NowNs, target));
        await Ends(arm, "a target was too far from the one before");
        Assert.Equal(4, Controller.Script!.Ending);
    }

    [Fact]
    public async Task CommandThatIsNoPosition_IsNotSent()
    {
        using var arm = await Moving();
        var target = arm.Read().Positions;
        target[0] = double.NaN;
        arm.Write(new JointCommand(MonotonicClock.System.NowNs, target));
        await Ends(arm, "not six joint positions");
        await Until(() => Controller.Script!.Ending == 2);
        Assert.All(Controller.Arm.Positions, q => Assert.InRange(q, -7, 7));
    }

    [Fact]
    public async Task ScriptKilled_ByTheController_IsTheCause()
    {
        using var arm = await Moving();
        Controller.KillScript();
        await Ends(arm, "the connection from the script was");
    }

    [Fact]
    public async Task ProgramPaused_OnThePendant_IsTheCause()
    {
        using var arm = await Moving();
        Controller.Paused = true;
        await Ends(arm, "the program on the controller was paused");
        Controller.Paused = false;
        await StaysEnded(arm);
    }

    [Fact]
    public async Task Dispose_AfterAFault_IsQuiet()
    {
        var arm = await Moving();
        Controller.SafetyStop(3, 1 << 2);
        await Ends(arm, "protective stop");
        arm.Dispose();
        Assert.Single(Said);
        Assert.Equal(0, Controller.Script!.Counts[0]);
    }

    private async Task<UniversalRobotsArm> Moving(UniversalRobotsOptions? options = null)
    {
        var arm = await Connect(options);
        await Drive(arm, () => Controller.Arm.Moving || arm.Fault is not null);
        Assert.Null(arm.Fault);
        return arm;
    }

    private async Task Ends(UniversalRobotsArm arm, string cause)
    {
        await Until(() => arm.Fault is not null);
        Assert.Contains(cause, arm.Fault!, StringComparison.Ordinal);
        await Until(() => !Said.IsEmpty);
        Assert.Contains(arm.Fault!, Assert.Single(Said), StringComparison.Ordinal);
    }

    // The control thread goes on all the while, as the loop does when it holds.
    private async Task StaysEnded(UniversalRobotsArm arm)
    {
        var (old, fault, turns) = (arm.Read(), arm.Fault, 0);
        await Until(() =>
        {
            arm.Write(new JointCommand(MonotonicClock.System.NowNs, JointVector.Zero(6)));
            return ++turns == 100;
        });
        Assert.Equal((old, fault), (arm.Read(), arm.Fault));
        Assert.False(Controller.Arm.Moving);
        Assert.Equal(1, Controller.RtdeConnections);
    }
}
