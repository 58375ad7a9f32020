using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>A control loop with a fake arm and a fake clock, run for so many turns and then until the arm stands.</summary>
internal sealed class Rig : IDisposable
{
    public Rig(RobotDescription robot, double[] start, int ticks, long periodNs = 2_000_000, PlanRules? rules = null, bool startsArmed = true, FreeDrive freeDrive = FreeDrive.Limp)
    {
        Pace = new FakePace(periodNs, ticks);
        Robot = new FakeRobot(robot, start, Pace, ticks + 20_000) { FreeDrive = freeDrive };
        Plans = new PlanSlot(robot.Joints, rules ?? new PlanRules());
        Loop = new ControlLoop(Robot, Plans, Pace, new ControlOptions { RecordedTicks = 65536, StartsArmed = startsArmed, MaxEffortTime = TimeSpan.FromMilliseconds(199) });
    }

    public FakePace Pace { get; }

    public FakeRobot Robot { get; }

    public PlanSlot Plans { get; }

    public ControlLoop Loop { get; }

    /// <summary>Every turn that was run.</summary>
    public TickRecord[] Turns => Loop.Recorder.Newest(int.MaxValue);

    public Rig Run()
    {
        Loop.Run(Pace.Stop);
        return this;
    }

    /// <summary>Offers a chunk now, and insists that it is taken.</summary>
    public void Offer(ActionChunk chunk) => Assert.Null(Plans.Offer(chunk, Pace.NowNs));

    /// <summary>The first turn, from one on, that held for this reason.</summary>
    public int FirstHold(HoldReason reason, int from = 0) => Array.FindIndex(Turns, from, turn => turn.Hold == reason);

    public void Dispose() => Pace.Dispose();
}
