using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Pages;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Daemon.Robots;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>Puts together what the daemon is doing at this moment. Any thread.</summary>
internal sealed class StatusReader(
    DaemonOptions options, RobotSystem robot, Driver driver, PolicyLink link, LinkStatistics statistics, Scoreboard scores, MonotonicClock clock)
{
    private readonly long _startNs = clock.NowNs;

    public DaemonStatus Read()
    {
        var (control, asked, policy) = (driver.Report(), statistics.Report(), link.Policy);
        return new()
        {
            RobotId = options.RobotId,
            Arm = new(robot.Arm.Description.Name, robot.World is not null, robot.Arm.Fault),
            Instruction = options.Told is { Length: > 0 } told ? told : scores.Present?.Instruction ?? "",
            Seconds = Math.Round((clock.NowNs - _startNs) / 1e9, 3),
            Mode = ControlFacts.Name(control.Mode),
            Because = control.Holding == HoldReason.None ? null : ControlFacts.Name(control.Holding),
            ModeS = Math.Round(control.ModeSeconds, 3),
            SpeedShare = Math.Round(driver.SpeedShare, 3),
            StepsRemaining = StepsRemaining(control, driver.Plan, clock.NowNs),
            PlanAgeS = Math.Round(control.PlanAgeSeconds, 3),
            Server = new(Addresses.WithoutUser(link.Address), link.IsOpen, policy?.Name, policy?.ModelHash, policy?.Trained ?? false),
            LatencyMs = new(asked.LastMs, asked.P50Ms, asked.P99Ms, asked.MaxMs, options.Budget.TotalMilliseconds),
            Observations = asked.Observations,
            Chunks = asked.Chunks,
            ChunksRefused = asked.ChunksRefused,
            DeadlineMisses = asked.DeadlineMisses,
            WithheldBecause = link.Withheld,
            Withheld = asked.Withheld,
            Control = new(options.ControlRate, control.Ticks, control.Overruns, ControlFacts.WakeUps(control), control.SeamRadians.P50, control.SeamRadians.Max, control.AllocatedBytes),
            LimitEvents = ControlFacts.LimitEvents(control),
            HoldsByReason = ControlFacts.Holds(control),
            Modes = ControlFacts.Modes(control),
            Cameras = [.. robot.Cameras.Select(camera => camera.Spec.Name)],
        };
    }

    /// <summary>The same in numbers, for Prometheus.</summary>
    public string Metrics()
    {
        var control = driver.Report();
        return RobotMetrics.ToText(control, StepsRemaining(control, driver.Plan, clock.NowNs), statistics, link.ServerClockOffset);
    }

    // The newest plan may be one that begins in a moment.
    private static int StepsRemaining(ControlReport control, ActionPlan? plan, long nowNs) =>
        control.Holding != HoldReason.None || plan is null ? 0 : nowNs < plan.FirstStepTimeNs ? plan.Steps : plan.Steps - 1 - plan.StepAt(nowNs);
}
