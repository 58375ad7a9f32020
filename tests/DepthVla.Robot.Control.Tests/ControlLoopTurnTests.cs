using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Tests.Fakes;

namespace DepthVla.Robot.Control.Tests;

/// <summary>Turns made one by one, as in simulated time.</summary>
public sealed class ControlLoopTurnTests
{
    private const int Turns = 700;
    private const long T0 = 1_000_000_000;   // when the fake clock begins

    [Fact]
    public void Turn_OneByOne_CommandsWhatTheRunningLoopCommands()
    {
        using Rig running = With(Arms.WidowX, Turns), stepped = With(Arms.WidowX, Turns);
        running.Run();
        stepped.Loop.Begin();
        for (var i = 0; i < Turns; i++) stepped.Loop.Turn(CancellationToken.None);

        Assert.Equal(Turns + 1, stepped.Robot.Count);
        for (var i = 0; i < Turns; i++) Assert.Equal(running.Robot.Commands[i], stepped.Robot.Commands[i]);
        Assert.Equal(running.Turns.Take(Turns).Select(turn => turn.Hold), stepped.Turns.Select(turn => turn.Hold));
        Assert.Contains(stepped.Turns, turn => turn.Hold == HoldReason.PlanExpired);
    }

    [Fact]
    public void Turn_Stopping_Brakes()
    {
        using var rig = With(Arms.WidowX, Turns);
        rig.Loop.Begin();
        for (var i = 0; i < 100; i++) rig.Loop.Turn(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        rig.Loop.Turn(stop.Token);
        Assert.Equal(HoldReason.Stopping, rig.Turns[^1].Hold);
    }

    [Fact]
    public void Begin_ArmOutsideItsLimits_IsRefusedAndNothingIsWritten()
    {
        using var rig = new Rig(Arms.OneJoint(-1, 1, 2, 10), [1.5], 10);
        Assert.Throws<UnsafeStartException>(rig.Loop.Begin);
        Assert.Equal(0, rig.Robot.Count);
    }

    private static Rig With(Core.Robots.RobotDescription robot, int turns)
    {
        var rig = new Rig(robot, Arms.WidowXHome, turns);
        rig.Offer(Chunks.Of(T0 + 50_000_000, [0.1f, 0, 0, 0, 0, 0, 0.02f], [0.3f, 0.1f, 0, 0, 0, 0, 0.03f], [-0.4f, 0, 0.2f, 0, 0, 0, 0.02f]));
        return rig;
    }
}
