using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.Kinematics;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>Judges a physics log after the fact. Independent of whatever limited the commands: it shares no code with it.</summary>
public sealed class SafetyReferee(SafetyRules rules)
{
    // Commands are compared as doubles: rounding in a position, divided by the period squared, stays below this.
    private const double Rounding = 1e-6;

    private readonly ImmutableArray<JointSpec> _joints = rules.Robot.Joints;
    private readonly SerialChain _chain = new(rules.Robot);

    /// <summary>Every promise that the log shows broken, in the order of first sight; empty when all were held.</summary>
    /// <param name="log">Steps in order of time.</param>
    public ImmutableArray<Violation> Judge(ReadOnlySpan<PhysicsSample> log)
    {
        var found = new Tally();
        for (var start = 0; start < log.Length;)
        {
            var end = start + 1;
            while (end < log.Length && log[end].Episode == log[start].Episode) end++;
            var episode = log[start..end];
            JudgeMeasured(episode, found);
            JudgeCommands(episode, startsAtRest: start > 0 || log[0].CommandNumber == 0, found);
            JudgeBursts(episode, found);
            start = end;
        }
        return found.InOrder();
    }

    private void JudgeMeasured(ReadOnlySpan<PhysicsSample> episode, Tally found)
    {
        foreach (ref readonly var sample in episode)
        {
            for (var j = 0; j < rules.Hardware.Length; j++)
            {
                var joint = rules.Hardware[j];
                found.AddOutside(ViolationKind.MeasuredPosition, joint.Name, sample.TimeNs, sample.Positions[j], joint.MinPosition, joint.MaxPosition);
                found.AddOver(ViolationKind.MeasuredVelocity, joint.Name, sample.TimeNs, sample.Velocities[j], joint.MaxVelocity);
            }
        }
    }

    private void JudgeCommands(ReadOnlySpan<PhysicsSample> episode, bool startsAtRest, Tally found)
    {
        CommandTrack track = default;
        foreach (ref readonly var sample in episode)
        {
            if (track.Number == sample.CommandNumber && track.Started) continue;
            if (!IsWellFormed(sample))
            {
                found.Add(ViolationKind.MalformedCommand, "arm", sample.TimeNs, double.NaN, 0, excess: 0);
                continue;
            }

            JudgePlace(sample, found);
            if (track.Started) JudgeMotion(ref track, sample, found);
            else track = CommandTrack.Start(sample, startsAtRest);
        }
    }

    private void JudgePlace(in PhysicsSample sample, Tally found)
    {
        for (var j = 0; j < _joints.Length; j++)
            found.AddOutside(ViolationKind.CommandPosition, _joints[j].Name, sample.TimeNs, sample.Commanded[j], _joints[j].MinPosition, _joints[j].MaxPosition);

        var outside = Outside(rules.Robot.Workspace, _chain.Tool(sample.Commanded).Position);
        found.AddOver(ViolationKind.CommandWorkspace, "tool", sample.TimeNs, outside, 0);
    }

    // Where k - 1 commands were never seen, the mean velocity over k periods stands for them: it obeys the same limits.
    private void JudgeMotion(ref CommandTrack track, in PhysicsSample sample, Tally found)
    {
        var period = rules.ControlPeriod.TotalSeconds;
        var periods = sample.CommandNumber - track.Number;
        var velocity = JointVector.Zero(_joints.Length);
        for (var j = 0; j < _joints.Length; j++)
        {
            velocity[j] = (sample.Commanded[j] - track.Positions[j]) / (periods * period);
            found.AddOver(ViolationKind.CommandVelocity, _joints[j].Name, sample.TimeNs, velocity[j], _joints[j].MaxVelocity * (1 + Rounding));
            if (!track.VelocityKnown) continue;
            var bend = (velocity[j] - track.Velocity[j]) / (0.5 * (periods + track.Periods) * period);
            found.AddOver(ViolationKind.CommandAcceleration, _joints[j].Name, sample.TimeNs, bend, _joints[j].MaxAcceleration * (1 + Rounding));
        }
        track = new(true, sample.CommandNumber, periods, sample.Commanded, velocity, VelocityKnown: true);
    }

    private void JudgeBursts(ReadOnlySpan<PhysicsSample> episode, Tally found)
    {
        var window = (long)rules.BurstWindow.TotalNanoseconds;
        for (int first = 0, last = 0; last < episode.Length; last++)
        {
            while (episode[last].TimeNs - episode[first].TimeNs > window) first++;
            ref readonly var from = ref episode[first];
            ref readonly var to = ref episode[last];
            if (from.CommandNumber == to.CommandNumber || !IsWellFormed(from) || !IsWellFormed(to)) continue;

            var seconds = ((to.TimeNs - from.TimeNs) * 1e-9) + rules.Jitter.TotalSeconds;
            for (var j = 0; j < _joints.Length; j++)
                found.AddOver(ViolationKind.CommandBurst, _joints[j].Name, to.TimeNs, (to.Commanded[j] - from.Commanded[j]) / seconds, _joints[j].MaxVelocity);
        }
    }

    private bool IsWellFormed(in PhysicsSample sample) => sample.Commanded.Count == _joints.Length && sample.Commanded.IsFinite;

    /// <summary>How far a point lies beyond the faces of a box, m; 0 inside.</summary>
    private static double Outside(in WorkspaceBox box, Vector3d p)
    {
        var x = Math.Max(Math.Max(box.Min.X - p.X, p.X - box.Max.X), 0);
        var y = Math.Max(Math.Max(box.Min.Y - p.Y, p.Y - box.Max.Y), 0);
        var z = Math.Max(Math.Max(box.Min.Z - p.Z, p.Z - box.Max.Z), 0);
        return Math.Max(x, Math.Max(y, z));
    }

    /// <summary>The last command judged. An arm that holds still has gone at velocity 0 for a period.</summary>
    private readonly record struct CommandTrack(
        bool Started, long Number, long Periods, JointVector Positions, JointVector Velocity, bool VelocityKnown)
    {
        public static CommandTrack Start(in PhysicsSample sample, bool atRest) =>
            new(true, sample.CommandNumber, 1, sample.Commanded, JointVector.Zero(sample.Commanded.Count), atRest);
    }
}
