using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control;

/// <summary>The loop that owns the arm: every period one command, inside every limit, whatever plan there is or is not.</summary>
public sealed class ControlLoop
{
    private readonly IRobot _robot;
    private readonly IPace _pace;
    private readonly Limiter _limiter;
    private readonly PlanFollower _plan;
    private readonly ControlOptions _options;
    private readonly ControlStatistics _statistics;
    private readonly Arming _arming;
    private readonly EffortWatch _efforts;
    private readonly long _maxStateAgeNs;
    private long _allocated;
    private bool _free;   // people move the arm

    /// <summary>A loop over <paramref name="robot"/>, following what is left in <paramref name="plans"/>.</summary>
    /// <exception cref="ArgumentException">The robot's description or an option cannot be used; the message says what is wrong.</exception>
    public ControlLoop(IRobot robot, PlanSlot plans, IPace pace, ControlOptions options)
        : this(robot, plans, pace, options, new ControlStatistics(robot.Description.Joints, pace.PeriodNs), new OperatorRequests(), new Arming(robot.Description.Joints, options.StartsArmed))
    {
    }

    private ControlLoop(IRobot robot, PlanSlot plans, IPace pace, ControlOptions options, ControlStatistics statistics, OperatorRequests requests, Arming arming)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxStateAge, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxStateAge, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxEffortTime, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxEffortTime, TimeSpan.FromSeconds(10));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RecordedTicks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.RecordedTicks, 65536);

        (_robot, _pace, _options, _statistics, Operator, _arming) = (robot, pace, options, statistics, requests, arming);
        _limiter = new Limiter(options.Limits.On(robot.Description), pace.PeriodNs);
        _plan = new PlanFollower(plans, robot.Description.Joints);
        _efforts = new EffortWatch(robot.Description.Joints, options.MaxEffortTime.Ticks * TimeSpan.NanosecondsPerTick);
        _maxStateAgeNs = options.MaxStateAge.Ticks * TimeSpan.NanosecondsPerTick;
        Recorder = new TickRecorder(options.RecordedTicks);
    }

    /// <summary>The newest turns. Any thread.</summary>
    public TickRecorder Recorder { get; }

    /// <summary>What a person asks of the arm: stop, hold, arm. Any thread.</summary>
    public OperatorRequests Operator { get; }

    /// <summary>What happened since the start. Any thread; allocates.</summary>
    public ControlReport Report() => _statistics.Report();

    /// <summary>A loop for the same arm that knows none of this one's plans and turns; its report counts on from this one's. Allocates.</summary>
    /// <remarks>To be run once this one has returned: for an arm that was put elsewhere meanwhile. Stopped or held by an operator, it stays so until it is armed; what else stopped it is over. What is asked of <see cref="Operator"/> goes to the new loop.</remarks>
    /// <param name="plans">What it follows.</param>
    /// <param name="pace">A new one: the time between the loops is none that was skipped.</param>
    public ControlLoop Anew(PlanSlot plans, IPace pace)
    {
        _arming.BeginElsewhere();
        return new(_robot, plans, pace, _options, _statistics, Operator, _arming);
    }

    /// <summary>Runs on the calling thread, which becomes the control thread, until asked to stop; then brakes, and returns once the arm stands.</summary>
    /// <remarks>The first command is where the arm is. Neither allocates nor blocks but for the next period. What the robot
    /// throws ends the loop.</remarks>
    /// <exception cref="UnsafeStartException">The arm stands outside its limits or workspace. Nothing was written to it.</exception>
    public void Run(CancellationToken stop)
    {
        Rehearsal.Perform(_options.Limits.On(_robot.Description), _pace.PeriodNs, _robot.Read());
        GC.Collect();   // of what starting up left; and of this thread's half-used buffer, whose rest the runtime may later book as allocated
        Follow(stop);
    }

    /// <summary>Takes over the arm where it stands, for a caller that makes every <see cref="Turn"/> itself: in simulated time, in step with a world.</summary>
    /// <remarks>Without the rehearsal of <see cref="Run"/>: the first turns may be late, which simulated time does not notice.</remarks>
    /// <exception cref="UnsafeStartException">The arm stands outside its limits or workspace. Nothing was written to it.</exception>
    public void Begin()
    {
        _statistics.Begin();
        var state = _robot.Read();
        _limiter.Start(state.Positions);
        _robot.Write(new JointCommand(state.TimeNs, _limiter.Command));
        _allocated = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>One turn: waits for the next period, reads, decides, writes one command. On the thread that began.</summary>
    /// <param name="stop">Brakes once it is cancelled.</param>
    public void Turn(CancellationToken stop)
    {
        var tick = _pace.WaitForNextPeriod();             // absolute deadlines; overruns are counted, whole periods skipped
        var state = _robot.Read();                        // measured
        var hold = Decide(in tick, in state, stop.IsCancellationRequested, out var target);
        var limited = LimitKinds.None;
        if (LetsGo(hold, in tick, in state)) _free = true;
        else if (hold == HoldReason.None) limited = _limiter.Toward(target.Positions, target.Velocities, target.SpeedScale);
        else _limiter.Brake();
        var command = Command(in tick, in state);
        _robot.Write(in command);

        var turn = new TickRecord(tick, state, target.Positions, command.Positions, hold, limited, target.Executing, target.AgeNs, target.Seam, target.RunningOut);
        Recorder.Add(in turn);
        _statistics.Add(in turn, GC.GetAllocatedBytesForCurrentThread() - _allocated);
    }

    internal void Follow(CancellationToken stop)
    {
        Begin();
        while (!stop.IsCancellationRequested || !_limiter.AtRest) Turn(stop);
    }

    // A command says where to be one period from now, so plans are sampled there, and ahead of it by what smoothing lags; the grid's time is even where
    // the wake-up is not.
    private HoldReason Decide(in PaceTick tick, in JointState state, bool stopping, out PlanTarget target)
    {
        target = default;
        var current = IsCurrent(in tick, in state);
        if (tick.Skipped * _pace.PeriodNs > _maxStateAgeNs) _arming.Latch(HoldReason.Overslept);
        if (!current) _arming.Latch(HoldReason.StateStale);
        if (_efforts.IsExceeded(in state)) _arming.Latch(HoldReason.EffortExceeded);
        if (_arming.Heed(Operator, current, _limiter.AtRest, state.Positions, in _limiter.Command, _limiter.MayMove)) _plan.Forget(tick.TimeNs);
        if (stopping) return HoldReason.Stopping;
        if (_arming.Latched != HoldReason.None) return _arming.Latched;
        return _plan.Follow(tick.TimeNs + _pace.PeriodNs, _limiter.LagNs, in _limiter.Heading, out target);
    }

    private bool IsCurrent(in PaceTick tick, in JointState state) => state.TimeNs >= tick.WokeNs - _maxStateAgeNs && state.TimeNs <= tick.WokeNs + _maxStateAgeNs;

    // Whether people move the arm in this turn. Commands lead on from where they left it, so it is held again only once that is known.
    private bool LetsGo(HoldReason hold, in PaceTick tick, in JointState state)
    {
        if (hold == HoldReason.Teaching && _arming.IsByHand && _robot.FreeDrive != FreeDrive.None) return true;
        if (!_free) return false;
        if (!IsCurrent(in tick, in state) || !state.Positions.IsFinite) return true;
        _free = false;
        _limiter.Resume(state.Positions);
        return false;
    }

    // Drivers cut commands to the limits, so an arm that people left outside of them is told no positions.
    private JointCommand Command(in PaceTick tick, in JointState state) => _free ? new(tick.WokeNs, state.Positions, CommandKind.Free)
        : new(tick.WokeNs, _limiter.Command, _limiter.MayMove ? CommandKind.Follow : CommandKind.Stay);
}
