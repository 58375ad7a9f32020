using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Continuing;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Observing;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Starts one drive after another, each with a loop and a place for plans of its own; their reports add up.</summary>
internal sealed class Driver(DaemonOptions options, RobotSystem robot, PolicyLink link, PlanRules rules, MonotonicClock clock, ILogger<Driver> log)
{
    private bool _saidWhatWasGranted;
    private PlanSlot? _plans;

    private readonly PlanInHand _inHand = new(robot.Arm.Description);
    private ControlLoop _loop = new(robot.Arm, new PlanSlot(robot.Arm.Description.Joints, rules), Pace(options), new ControlOptions
    {
        MaxStateAge = options.MaxStateAge, StartsArmed = options.Start == StartAs.Armed, Limits = options.Limits,
    });

    /// <summary>Whether an observation captured now shall ask for depth maps.</summary>
    public Func<long, bool> WantDepth { get; init; } = _ => false;

    /// <summary>Told of every observation that was made.</summary>
    public Action<Observation>? Observed { get; init; }

    /// <summary>Told of every observation that was handed to the link.</summary>
    public Action<Observation>? Posted { get; set; }

    /// <summary>Told of every observation that was kept back for what a camera showed.</summary>
    public Action<Observation>? Withheld { get; init; }

    /// <summary>The turns of the newest drive. Any thread.</summary>
    public TickRecorder Turns => Volatile.Read(ref _loop).Recorder;

    /// <summary>What an operator asks of the arm, whichever drive it is. Any thread.</summary>
    public OperatorRequests Operator => Volatile.Read(ref _loop).Operator;

    /// <summary>The newest drive's newest plan, followed or not; null before there was one. Any thread.</summary>
    public ActionPlan? Plan => Volatile.Read(ref _plans)?.Current;

    /// <summary>How much of its joints' speed limits the arm may use at this moment, 0 to 1: less where something is near. Any thread.</summary>
    public double SpeedShare => Volatile.Read(ref _plans)?.SpeedScale ?? 1;

    /// <summary>Whether the last drive's arm was commanded yet.</summary>
    public bool HasBegun => Turns.Count > 0;

    /// <summary>What all drives did. Any thread.</summary>
    public ControlReport Report() => Volatile.Read(ref _loop).Report();

    /// <summary>Starts a drive where the arm now is. The one before must have ended.</summary>
    public async Task<Drive> StartAsync(string instruction, CancellationToken stop)
    {
        var plans = new PlanSlot(robot.Arm.Description.Joints, rules);
        var loop = _loop.Anew(plans, Pace(options));
        var pump = new ObservationPump(robot.Cameras, loop.Recorder, link, plans, instruction, options.Budget, clock)
        {
            WantDepth = WantDepth, Observed = Observed, Posted = Posted, Withheld = Withheld, InHand = _inHand, Check = FrameCheck.For(options),
        };
        Volatile.Write(ref _plans, plans);
        Volatile.Write(ref _loop, loop);
        var drive = Drive.Start(robot.Arm, loop, pump, options.Priority, stop);
        await SayWhatWasGrantedAsync(drive.Control);
        return drive;
    }

    private async Task SayWhatWasGrantedAsync(ControlThread control)
    {
        if (_saidWhatWasGranted) return;
        _saidWhatWasGranted = true;
        foreach (var grant in await control.Grants)
        {
            if (grant.Granted) log.Granted(grant.What);
            else log.NotGranted(grant.What, grant.Remedy);
        }
    }

    private static PeriodicPace Pace(DaemonOptions options) => new(options.ControlPeriodNs);
}
