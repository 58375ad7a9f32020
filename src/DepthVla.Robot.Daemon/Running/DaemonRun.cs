using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Observing;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Worlds;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>One run: arm and cameras up, control thread, link and observations until the end, arm at rest, accounts.</summary>
internal sealed class DaemonRun(DaemonOptions options, MonotonicClock clock, ILoggerFactory logs, TextWriter output, Func<int>? columns)
{
    private readonly ILogger _log = logs.CreateLogger<DaemonRun>();

    /// <summary>Runs until <paramref name="stop"/>, the end of the options' time, or a failure. Returns the process's exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            using var robot = await RobotSystem.StartAsync(options, clock, stop);
            return await DriveAsync(robot, stop);
        }
        catch (Exception e) when (e is CameraException or SimulatorUnavailableException or UnsafeStartException)
        {
            _log.CannotStart(e.Message);
            return RunOutcome.Failed;
        }
    }

    private async Task<int> DriveAsync(RobotSystem robot, CancellationToken stop)
    {
        var startNs = clock.NowNs;
        var (rules, arm) = (new PlanRules(), robot.Arm.Description);
        var plans = new PlanSlot(arm.Joints, rules);
        var toolPoses = ToolPoseSolver.Fits(arm) ? new ToolPoseSolver(arm, rules) : null;
        var loop = new ControlLoop(robot.Arm, plans, new PeriodicPace(1_000_000_000 / options.ControlRate), new ControlOptions());
        var diary = new PictureDiary(options.Pictures.Length > 0, startNs, options.Seconds);
        var statistics = new LinkStatistics();
        using var channel = PolicyChannel.Create(options.Server);
        var link = new PolicyLink(channel, Contract(robot), plans, statistics, clock, logs.CreateLogger<PolicyLink>())
        {
            Answered = diary.Keep, ToolPoses = toolPoses,
        };
        var instruction = options.Instruction.Length > 0 ? options.Instruction : TabletopTask.Named(options.Task).Instruction;
        var pump = new ObservationPump(robot.Cameras, loop.Recorder, link, instruction, options.ObservationRate, options.Budget, clock)
        {
            WantDepth = now => link.Policy?.HasDepth == true && diary.Wants(now),
        };

        WireRehearsal.Perform();
        toolPoses?.Rehearse();
        StartUpText.Write(output, arm, robot.Cameras.Select(c => c.Spec), options.ControlRate, options.Server, instruction);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var control = ControlThread.Start(loop, options.Priority, ending.Token);
        foreach (var grant in await control.Grants)
        {
            if (grant.Granted) _log.Granted(grant.What);
            else _log.NotGranted(grant.What, grant.Remedy);
        }

        if (options.Seconds > TimeSpan.Zero) ending.CancelAfter(options.Seconds);
        var status = new StatusLine(output, columns);
        Task[] running =
        [
            control.Ended, link.RunAsync(ending.Token), pump.RunAsync(ending.Token),
            ShowAsync(status, () => status.Show((clock.NowNs - startNs) / 1e9, link.Policy, link.IsOpen, loop.Report(), statistics.Report()), ending.Token),
        ];
        await Task.WhenAny(running);
        await ending.CancelAsync();
        var failure = await FailureAsync(running);
        status.End();

        var summary = RunAccounts.Settle(options, robot, loop.Report(), statistics.Report(), link.Policy, instruction, (clock.NowNs - startNs) / 1e9);
        WriteFiles(robot, summary, diary);
        SummaryText.Write(output, summary);
        return failure ?? (summary.BrokenPromises.Count == 0 ? RunOutcome.Held : RunOutcome.BrokenPromise);
    }

    // The exit code of what failed, or null when everything merely stopped.
    private async Task<int?> FailureAsync(Task[] running)
    {
        int? code = null;
        string[] names = ["The control loop", "The link", "Observing", "The status line"];
        for (var i = 0; i < running.Length; i++)
        {
            try { await running[i]; }
            catch (OperationCanceledException) { }
            catch (ContractRefusedException e)
            {
                _log.ContractRefused(string.Join("; ", e.Violations));
                code = RunOutcome.ContractRefused;
            }
            catch (Exception e) when (e is UnsafeStartException or CameraException)
            {
                _log.CannotStart(e.Message);
                code = RunOutcome.Failed;
            }
            catch (Exception e)
            {
                _log.Failed(e, names[i]);
                code = RunOutcome.Failed;
            }
        }

        return code;
    }

    private static async Task ShowAsync(StatusLine status, Action show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(status.Period);
        while (await timer.WaitForNextTickAsync(cancellationToken)) show();
    }

    private RobotContract Contract(RobotSystem robot) => new()
    {
        RobotId = options.RobotId,
        Cameras = [.. robot.Cameras.Select(c => c.Spec)],
        Joints = robot.Arm.Description.Joints,
        ControlRateHz = options.ControlRate,
        ObservationRateHz = ObservationRate.Of(options.ObservationRate, null),
        StepRateHz = options.StepRate,
        Actions = ToolPoseSolver.Fits(robot.Arm.Description)
            ? [ActionRepresentation.JointPosition, ActionRepresentation.ToolPoseDelta]
            : [ActionRepresentation.JointPosition],
    };

    private void WriteFiles(RobotSystem robot, RunSummary summary, PictureDiary diary)
    {
        if (options.Json.Length > 0) summary.WriteTo(options.Json);
        if (options.Pictures.Length > 0 && diary.TryWrite(options.Pictures, summary.Model.Trained)) output.WriteLine($"  pictures     {options.Pictures}");
        if (options.PhysicsLog.Length == 0) return;
        using var file = File.CreateText(options.PhysicsLog);
        Simulation.Referee.PhysicsCsv.Write(file, robot.World.Log.Snapshot().AsSpan(), [.. robot.Arm.Description.Joints.Select(j => j.Name)]);
    }
}
