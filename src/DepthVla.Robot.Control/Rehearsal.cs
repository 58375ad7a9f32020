using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control;

/// <summary>An arm and a clock that are only numbers, for running the loop through all it may meet before a real arm depends on it.</summary>
/// <remarks>What runs for the first time is loaded, compiled and paged in, and that takes longer than a control period. The rehearsal follows
/// plans from limit to limit, changes them, lets them expire, holds, is armed, approaches one that begins later, is taught, and stops.</remarks>
internal sealed class Rehearsal : IRobot, IPace
{
    private const int Turns = 1000;

    private readonly PlanSlot _plans;
    private readonly CancellationTokenSource _stop = new();
    private OperatorRequests? _operator;
    private JointState _state;
    private int _turn;

    private Rehearsal(RobotDescription robot, long periodNs, in JointState start)
    {
        (Description, PeriodNs, _state) = (robot, periodNs, start);
        _plans = new PlanSlot(robot.Joints, new PlanRules());
    }

    public RobotDescription Description { get; }

    public long PeriodNs { get; }

    public FreeDrive FreeDrive => FreeDrive.Carried;

    /// <summary>Rehearses on the calling thread, and tells what was met.</summary>
    /// <exception cref="Limits.UnsafeStartException">The arm stands where it must not be started.</exception>
    public static ControlReport Perform(RobotDescription robot, long periodNs, in JointState start)
    {
        using var rehearsal = new Rehearsal(robot, periodNs, in start);
        var loop = new ControlLoop(rehearsal, rehearsal._plans, rehearsal, new ControlOptions { RecordedTicks = 1 });
        rehearsal._operator = loop.Operator;
        loop.Follow(rehearsal._stop.Token);
        return loop.Report();
    }

    public JointState Read() => _state;

    public void Write(in JointCommand command) => _state = _state with { Positions = command.Positions };

    public PaceTick WaitForNextPeriod()
    {
        var time = _state.TimeNs + PeriodNs;
        _state = _state with { TimeNs = time };
        if (_turn is Turns / 10 or Turns / 8) _plans.Offer(FromLimitToLimit(time), time);
        if (_turn == Turns / 5) _operator?.Hold();
        if (_turn == Turns / 4) _operator?.Arm();
        if (_turn == Turns * 3 / 10) _plans.Offer(FromLimitToLimit(time + 10 * PeriodNs), time);
        if (_turn == Turns / 2) _operator?.Hold();
        if (_turn is > Turns * 9 / 10 and < Turns - 10) _operator?.Teach(byHand: true);   // heeded once it stands
        if (_turn == Turns - 10) _operator?.EndTeaching();
        if (_turn++ == Turns) _stop.Cancel();
        return new PaceTick(time, time, 0, 0);
    }

    public void Dispose() => _stop.Dispose();

    private ActionChunk FromLimitToLimit(long timeNs) => new()
    {
        BasedOnSequence = _turn,
        FirstStepTimeNs = timeNs,
        StepPeriodNs = Math.Clamp(30 * PeriodNs, 1_000_000, 1_000_000_000),
        StepValidNs = Math.Clamp(30 * PeriodNs, 1_000_000, 1_000_000_000),
        Steps = 4,
        Dims = Description.Joints.Length,
        Actions = Enumerable.Range(0, 4).SelectMany(step => Description.Joints.Select((joint, i) =>
            (float)((step + i + _turn) % 2 == 0 ? joint.MinPosition : joint.MaxPosition))).ToArray(),
        ModelHash = "",
        NoiseSeed = 0,
        Timings = default,
    };
}
