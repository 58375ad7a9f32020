using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Daemon.Robots;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Daemon.Running;

/// <summary>The log of the physics, or of a real arm's commands, judged part by part while the run goes on, so that no length of a run outgrows it. One thread at a time.</summary>
internal sealed class PhysicsAccounts : IDisposable
{
    private readonly PhysicsLog _log;
    private readonly SafetyReferee _referee;
    private readonly TextWriter? _file;
    private readonly string[] _joints;
    private readonly List<SafetyViolation> _found = [];
    private long _next;

    public PhysicsAccounts(DaemonOptions options, RobotSystem robot)
    {
        _log = robot.Log;
        _referee = new SafetyReferee(new SafetyRules
        {
            // What a real arm does is for its maker to keep: no more than its commands is judged.
            Robot = options.Limits.On(robot.Arm.Description), Hardware = robot.World is null ? [] : Wx250s.Hardware, ControlPeriod = TimeSpan.FromSeconds(1.0 / options.ControlRate),
        });
        _joints = [.. robot.Arm.Description.Joints.Select(joint => joint.Name)];
        if (options.PhysicsLog.Length == 0) return;
        _file = File.CreateText(options.PhysicsLog);
        PhysicsCsv.WriteHeading(_file, _joints);
    }

    /// <summary>Steps judged so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What was found so far, one of a kind and joint.</summary>
    public IEnumerable<SafetyViolation> Violations =>
        from violation in _found
        group violation by (violation.Kind, violation.Joint) into same
        select same.MaxBy(v => Math.Abs(v.Worst - v.Limit))! with { Count = same.Sum(v => v.Count), FirstTimeNs = same.Min(v => v.FirstTimeNs) };

    /// <summary>Judges, and writes down, the steps since the last time. The log keeps so many and no more.</summary>
    public void Settle()
    {
        // The last step of before again: the referee sees by it where an episode began.
        var first = Math.Max(0, _next - 1);
        var steps = _log.Snapshot(ref first);
        _found.AddRange(_referee.Judge(steps.AsSpan()));
        var fresh = steps.AsSpan()[(int)Math.Clamp(_next - first, 0, steps.Length)..];
        if (_file is not null) PhysicsCsv.WriteRows(_file, fresh, _joints.Length);
        Steps += fresh.Length;
        _next = first + steps.Length;
    }

    public void Dispose() => _file?.Dispose();
}
