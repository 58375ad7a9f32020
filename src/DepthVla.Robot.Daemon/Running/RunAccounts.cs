using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Modes;
using DepthVla.Robot.Control.Recording;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Daemon.Attempts;
using DepthVla.Robot.Daemon.Link;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Reporting;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Tasks;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>After the run: what was promised, what happened, and where the two differ.</summary>
internal static class RunAccounts
{
    public static RunSummary Settle(
        DaemonOptions options, RobotSystem robot, PhysicsAccounts log, ControlReport control, LinkReport link, PolicyInfo? policy, Scoreboard scores,
        string? armFault, double seconds)
    {
        var physics = new PhysicsSummary(log.Steps, robot.World?.Arm.DroppedSteps ?? 0, [.. log.Violations.Select(Text)]);

        return new RunSummary
        {
            Arm = new(robot.Arm.Description.Name, robot.World is not null, armFault),
            Model = policy is null
                ? new("none: no server was reached", "", 0, false, "", "")
                : new(policy.Name, policy.ModelHash, policy.Parameters, policy.Trained, policy.Precision, policy.Device),
            Instruction = options.Told,
            Tasks = [.. Tasks(options, scores.Outcomes)],
            Outcomes = scores.Outcomes,
            AttemptsCutShort = scores.CutShort,
            Seconds = seconds,
            Sessions = link.Sessions,
            Observations = link.Observations,
            Chunks = link.Chunks,
            Superseded = link.Superseded,
            Failed = link.Failed,
            Unanswered = link.Unanswered,
            Withheld = link.Withheld,
            ChunksRefused = link.ChunksRefused,
            StepsUnreached = link.StepsUnreached,
            LatencyMs = new(link.P50Ms, link.P95Ms, link.P99Ms, link.MaxMs),
            BudgetMs = options.Budget.TotalMilliseconds,
            DeadlineMisses = link.DeadlineMisses,
            StagesMs = link.StageMs.ToDictionary(s => s.Key.ToString().ToLowerInvariant(), s => Math.Round(s.Value, 3)),
            Control = new(
                options.ControlRate, control.Ticks, control.Overruns, control.SkippedPeriods,
                ControlFacts.WakeUps(control),
                control.AllocatedBytes, control.SeamRadians.P99),
            LimitEvents = ControlFacts.LimitEvents(control),
            Holds = control.Holds.Where(h => h.Reason is HoldReason.PlanExpired or HoldReason.EffortExceeded or HoldReason.Overslept or HoldReason.StateStale).Sum(h => h.Count),
            HoldsByReason = ControlFacts.Holds(control),
            Modes = ControlFacts.Modes(control),
            Standstill = Standstill(options, robot, policy),
            Physics = physics,
            BrokenPromises = [.. BrokenLimits(log.Violations), .. BrokenPromises(options, control, link)],
        };
    }

    private static IEnumerable<TaskSummary> Tasks(DaemonOptions options, ImmutableArray<TaskOutcome> outcomes) => options.Tasks.Select(task =>
        new TaskSummary(task, outcomes.Count(o => o.Task == task && o.Success), outcomes.Count(o => o.Task == task)));

    private static StandstillSummary Standstill(DaemonOptions options, RobotSystem robot, PolicyInfo? policy)
    {
        var validity = policy is null ? 0 : (policy.Horizon + policy.Actions.FirstStep()) / policy.StepRateHz;
        var bound = StoppingBound.Of(options.Limits.On(robot.Arm.Description), options.ControlPeriodNs, (long)(validity * 1e9));
        return new(validity, bound.Seconds, bound.SecondsWithoutServer);
    }

    // What was asked of the arm, and what it did: something in its way can push it, or let it spring, further than it was told.
    private static IEnumerable<string> BrokenLimits(IEnumerable<SafetyViolation> found)
    {
        var commands = found.ToLookup(v => v.Kind is not (ViolationKind.MeasuredPosition or ViolationKind.MeasuredVelocity));
        if (commands[true].FirstOrDefault() is { } command) yield return $"every command inside every limit: {commands[true].Count()} kinds of violation, first {Text(command)}";
        if (commands[false].FirstOrDefault() is { } measured) yield return $"the arm itself inside its ranges and speeds: {commands[false].Count()} kinds of violation, first {Text(measured)}";
    }

    private static string Text(SafetyViolation v) => string.Create(CultureInfo.InvariantCulture, $"{v.Kind} of {v.Joint}: {v.Worst:g6} beyond {v.Limit:g6}, {v.Count} steps");

    private static IEnumerable<string> BrokenPromises(DaemonOptions options, ControlReport control, LinkReport link)
    {
        if (control.AllocatedBytes > 0) yield return $"no allocation on the control thread: {control.AllocatedBytes} bytes";
        if (control.Holds.Any(h => h.Reason == HoldReason.StateStale)) yield return "the arm's state always current: it was lost, and the arm held";
        if (options.Seconds > TimeSpan.Zero && link.Chunks == 0) yield return "a chunk for the observations: none came";
        if (link.DeadlineMisses > 0.01 * Math.Max(link.Observations, 1)) yield return $"99 % of the chunks within the budget: {link.DeadlineMisses} of {link.Observations} were not";
    }
}
