using System.Threading.Channels;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Control.ToolPoses;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Daemon.Checking;
using DepthVla.Robot.Daemon.Flights;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Operating;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Pages;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Drivers.Cameras;
using DepthVla.Robot.Settings;
using DepthVla.Robot.Simulation;
using DepthVla.Robot.Simulation.MuJoCo;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>One run: arm and cameras up, control thread, link and observations until the end, arm at rest, accounts.</summary>
internal sealed class DaemonRun(DaemonOptions options, MonotonicClock clock, ILoggerFactory logs, TextWriter output, Func<int>? columns)
{
    // Several times within the shortest watchdog that makes sense (deploy/systemd: 2 s).
    private static readonly TimeSpan NoticePeriod = TimeSpan.FromSeconds(0.5);

    private readonly ILogger _log = logs.CreateLogger<DaemonRun>();
    private readonly Channel<string> _flightRequests = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Told of the arm and the cameras once they are there, before anything moves.</summary>
    public Action<RobotSystem>? Started { get; init; }

    /// <summary>Has the flight recorder write what it holds, while the arm goes on. Any thread.</summary>
    public void RequestFlight()
    {
        if (options.RecorderSeconds == TimeSpan.Zero) _log.NoFlight();
        _flightRequests.Writer.TryWrite("a request");
    }

    /// <summary>Runs until <paramref name="stop"/>, the end of the options' time, or a failure. Returns the process's exit code.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            using var doors = Doors.Open(options);
            using var robot = await RobotSystem.StartAsync(options, clock, stop);
            Started?.Invoke(robot);
            return await DriveAsync(robot, doors, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return RunOutcome.Held; // before it began
        }
        catch (Exception e) when (e is RobotConfigurationException or OperatorSocketException)
        {
            _log.CannotStart(e.Message);
            return ProgramOptions.UsageError;
        }
        catch (Exception e) when (e is CameraException or SimulatorUnavailableException or UnsafeStartException || Arms.CannotOpen(e))
        {
            _log.CannotStart(e.Message);
            return RunOutcome.Failed;
        }
    }

    private async Task<int> DriveAsync(RobotSystem robot, Doors doors, CancellationToken stop)
    {
        var startNs = clock.NowNs;
        var attempting = options.Tasks.Count > 0;
        var (rules, arm) = (new PlanRules(), options.Limits.On(robot.Arm.Description));
        var toolPoses = ToolPoseSolver.Fits(arm) ? new ToolPoseSolver(arm, rules) : null;
        var diary = new PictureDiary(options.Pictures.Length > 0 && !attempting, startNs, options.Seconds);
        var album = new AttemptAlbum(options.Pictures.Length > 0 ? AttemptAlbum.Usual : 0);
        var statistics = new LinkStatistics();
        using var physics = new PhysicsAccounts(options, robot);
        using var servers = new PolicyEndpoints(options.Servers.Select(address => PolicyEndpoints.Of(address, options, arm)));
        var contract = ContractOffer.Of(options, arm, robot.Cameras.Select(camera => camera.Spec));
        var flight = options.RecorderSeconds > TimeSpan.Zero ? new FlightKeeper(options, contract, arm, clock, TimeProvider.System, logs) : null;
        var (recorder, loggers) = (flight?.Recorder, flight?.Logs ?? logs);
        var log = loggers.CreateLogger<PolicyLink>();
        var landing = new ChunkLanding(statistics, clock, log) { ToolPoses = toolPoses, ChecksDepth = options.DepthChecks, Clearance = options.DepthClearance };
        var link = new PolicyLink(servers, contract, landing, statistics, clock, log) { Answered = diary.Keep, Told = recorder is null ? null : recorder.Told };
        var seen = new LastObservation();
        var driver = new Driver(options, robot, link, rules, clock, loggers.CreateLogger<Driver>())
        {
            WantDepth = now => link.Policy?.HasDepth == true && (options.DepthChecks || options.DepthClearance is not null || diary.Wants(now)), Observed = seen.Keep, Posted = recorder is null ? null : recorder.Sent,
            Withheld = recorder is null ? null : recorder.Withheld,
        };
        if (attempting) driver.Posted += album.Keep;
        var (scores, status) = (new Scoreboard(), new StatusLine(output, columns));
        var braking = StoppingBound.Of(arm, options.ControlPeriodNs, planValidityNs: 0).Seconds;
        using var desk = new OperatorDesk(driver.Operator, driver.Report, () => driver.Turns, TimeSpan.FromSeconds(braking), clock);
        using var teach = new TeachDesk(driver.Operator, driver.Report, () => driver.Turns, robot.Arm, state => ArmCheck.StartProblems(robot.Arm.Description, state, options.ControlPeriodNs, options.Limits, clock))
        {
            Refusal = attempting ? "this daemon attempts tasks, and its table and arm are laid out anew between them. Start one without --tasks." : null,
        };
        var reader = new StatusReader(options, robot, driver, link, statistics, scores, clock);

        WireRehearsal.Perform();
        flight?.Rehearse();
        toolPoses?.Rehearse();
        StartUpText.Write(output, arm, robot.Cameras.Select(c => c.Spec), options);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Seconds > TimeSpan.Zero) ending.CancelAfter(options.Seconds);
        var serving = doors.ServeAsync(desk, teach, reader, seen, loggers, ending.Token);
        await doors.RehearseAsync();
        Task[] running =
        [
            attempting && robot.World is { } world ? new AttemptRunner(Stage(world), scores).RunAsync(Attempts(), ending.Token) : FollowAsync(driver, ending.Token),
            link.RunAsync(ending.Token),
            ShowAsync(
                status, () => status.Show((clock.NowNs - startNs) / 1e9, link.Policy, link.IsOpen, driver.Report(), statistics.Report(), scores), ending.Token),
            serving,
        ];
        var noticing = ServiceNotices.RunAsync(() => driver.Turns.Count, NoticePeriod, ending.Token);
        var keeping = flight?.RunAsync(() => driver.Turns, () => link.Policy, _flightRequests, ending.Token);
        await Task.WhenAny(running);
        await ending.CancelAsync();
        await noticing;
        var failure = await FailureAsync(running, loggers.CreateLogger<DaemonRun>());
        var armFault = (running[0].Exception?.InnerException as ArmFaultException)?.Message;
        status.End();

        physics.Settle();
        var summary = RunAccounts.Settle(options, robot, physics, driver.Report(), statistics.Report(), link.Policy, scores, armFault, (clock.NowNs - startNs) / 1e9);
        JsonPlace.Write(options.Json, summary.ToJson(), output);
        var drawn = options.Pictures.Length > 0 && (attempting ? album.TryWrite(options.Pictures) : diary.TryWrite(options.Pictures, summary.Model.Trained));
        if (drawn) output.WriteLine($"  pictures     {options.Pictures}");
        SummaryText.Write(output, summary);
        if (keeping is not null) await keeping;
        if (flight?.End(Fault(failure, summary)) is { } path) output.WriteLine($"  flight       {path}");
        return failure ?? (summary.BrokenPromises.Count == 0 ? RunOutcome.Held : RunOutcome.BrokenPromise);

        AttemptStage Stage(SimulatedWorld world) => new(world.Arm, link, driver, clock)
        {
            Closed = (attempt, outcome) =>
            {
                physics.Settle();
                album.Close(attempt, outcome);
                if (outcome is not null) status.Say($"  {attempt.Number,3} {attempt.Task.Name} (seed {attempt.Seed}): {OutcomeText.Of(outcome)}");
            },
        };
    }

    // Why the flight is worth keeping, or null.
    private static string? Fault(int? failure, RunSummary summary) =>
        failure is RunOutcome.Failed ? "a failure" : summary.Physics.Violations.Count > 0 ? $"a limit violated: {summary.Physics.Violations[0]}" : null;

    private IEnumerable<Attempt> Attempts() => Attempt.InTurn(options.Tasks, options.Attempts, options.FirstSeed, options.Instruction);

    // One thing until the end, from the table as it is.
    private async Task FollowAsync(Driver driver, CancellationToken stop)
    {
        var drive = await driver.StartAsync(options.Told, stop);
        await drive.Over;
        await drive.EndAsync();
    }

    // The exit code of what failed, or null when everything merely stopped.
    private static async Task<int?> FailureAsync(Task[] running, ILogger log)
    {
        int? code = null;
        string[] names = ["Driving", "The link", "The status line", "The operator's socket"];
        for (var i = 0; i < running.Length; i++)
        {
            try { await running[i]; }
            catch (OperationCanceledException) { }
            catch (ContractRefusedException e)
            {
                log.ContractRefused(string.Join("; ", e.Violations));
                code = RunOutcome.ContractRefused;
            }
            catch (ArmFaultException e)
            {
                log.ArmFailed(e.Message);
                code = RunOutcome.Failed;
            }
            catch (Exception e) when (e is UnsafeStartException or CameraException)
            {
                log.CannotStart(e.Message);
                code = RunOutcome.Failed;
            }
            catch (Exception e)
            {
                log.Failed(e, names[i]);
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
}
