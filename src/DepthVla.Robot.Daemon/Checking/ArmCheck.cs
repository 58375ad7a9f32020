using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Control;
using DepthVla.Robot.Control.Limits;
using DepthVla.Robot.Control.Pacing;
using DepthVla.Robot.Control.Plans;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Drivers.Mirror;

namespace DepthVla.Robot.Daemon.Checking;

/// <summary>Whether the arm may be driven from where it stands. The arm is read, and told nothing.</summary>
internal static class ArmCheck
{
    public static IEnumerable<CheckRow> Of(DaemonOptions options, RobotDescription arm, JointState state, MonotonicClock clock)
    {
        var stop = StoppingBound.Of(options.Limits.On(arm), options.ControlPeriodNs, planValidityNs: 0);
        yield return new(Finding.Fine, "arm", string.Create(CultureInfo.InvariantCulture,
            $"{options.Arm.Name}: {arm.Name}, {arm.Joints.Length} joints; stands at {string.Join(" ", Enumerable.Range(0, state.Positions.Count).Select(i => state.Positions[i].ToString("0.000", CultureInfo.InvariantCulture)))}"));
        yield return new(Finding.Fine, "braking", string.Create(CultureInfo.InvariantCulture, $"at most {stop.Seconds:0.00} s, {stop.Joints.Where(joint => joint.Unit == JointUnit.Radian).Max(joint => joint.Distance):0.00} rad"));
        foreach (var problem in StartProblems(arm, state, options.ControlPeriodNs, options.Limits, clock)) yield return new(Finding.Refused, "start", problem);
    }

    /// <summary>What keeps the arm from being driven from where it stands, one line each: as the control loop itself would see it, with a mirror in the arm's place.</summary>
    public static ImmutableArray<string> StartProblems(RobotDescription arm, JointState state, long periodNs, LimitOptions limits, MonotonicClock clock)
    {
        using var mirror = new MirrorArm(arm, state.Positions, clock);
        try
        {
            new ControlLoop(mirror, new PlanSlot(arm.Joints, new PlanRules()), new PeriodicPace(periodNs), new ControlOptions { Limits = limits }).Begin();
            return [];
        }
        catch (UnsafeStartException e) { return e.Problems; }
        catch (ArgumentException e) { return [e.Message]; }
    }
}
