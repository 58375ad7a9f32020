using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>Judges a physics log after the fact. Independent of whatever limited the commands: it shares no code with it.</summary>
public sealed class SafetyReferee(SafetyRules rules)
{
    // Commands are compared as doubles: rounding in a position, divided by the period squared, stays below this.
    private const double Rounding = 1e-6;

    private readonly ImmutableArray<JointSpec> _joints = rules.Robot.Joints;
    private readonly SerialChain _chain = new(rules.Robot);
    private readonly HullJudge _hull = new(rules.Robot);

    /// <summary>Every promise that the log shows broken, in the order of first sight; empty when all were held.</summary>
    /// <param name="log">Steps in order of time.</param>
    public ImmutableArray<SafetyViolation> Judge(ReadOnlySpan<PhysicsSample> log)
    {
        var found = new Tally();
        for (var start = 0; start < log.Length;)
        {
            var end = start + 1;
            while (end < log.Length && log[end].Episode == log[start].Episode) end++;
            var episode = log[start..end];
            JudgeMeasured(episode, found);
            JudgeCommands(episode, startsHolding: start > 0 || log[0].CommandNumber == 0, found);
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

    private void JudgeCommands(ReadOnlySpan<PhysicsSample> episode, bool startsHolding, Tally found)
    {
        CommandTrack? track = null;
        for (var i = 0; i < episode.Length; i++)
        {
            ref readonly var sample = ref episode[i];
            if (track?.Number == sample.CommandNumber) continue;
            if (!IsWellFormed(sample))
            {
                found.Add(ViolationKind.MalformedCommand, "arm", sample.TimeNs, double.NaN, 0, excess: 0);
                continue;
            }

            JudgePlace(sample, found);
            if (track is not { } before) track = new(sample.CommandNumber, sample.Commanded, Velocity: null, Acceleration: null, Periods: 1, startsHolding);
            else track = JudgeMotion(before.Holding ? before.At(episode[i - 1].Positions, sample.Commanded) : before, sample, found);
        }
    }

    private void JudgePlace(in PhysicsSample sample, Tally found)
    {
        for (var j = 0; j < _joints.Length; j++)
            found.AddOutside(ViolationKind.CommandPosition, _joints[j].Name, sample.TimeNs, sample.Commanded[j], _joints[j].MinPosition, _joints[j].MaxPosition);

        var outside = Outside(rules.Robot.Workspace, _chain.Tool(sample.Commanded).Position);
        found.AddOver(ViolationKind.CommandWorkspace, "tool", sample.TimeNs, outside, 0);
        _hull.Judge(sample, found);
    }

    // Where k - 1 commands were never seen, the mean velocity over k periods stands for them: it obeys the same limits.
    private CommandTrack JudgeMotion(in CommandTrack track, in PhysicsSample sample, Tally found)
    {
        var period = rules.ControlPeriod.TotalSeconds;
        var periods = sample.CommandNumber - track.Number;
        JudgeToolSpeed(track, sample, periods * period, found);
        var (velocity, acceleration) = (JointVector.Zero(_joints.Length), JointVector.Zero(_joints.Length));
        for (var j = 0; j < _joints.Length; j++)
        {
            velocity[j] = (sample.Commanded[j] - track.Positions[j]) / (periods * period);
            found.AddOver(ViolationKind.CommandVelocity, _joints[j].Name, sample.TimeNs, velocity[j], _joints[j].MaxVelocity * (1 + Rounding));
            if (track.Velocity is not { } before) continue;
            var bend = (velocity[j] - before[j]) / (0.5 * (periods + track.Periods) * period);
            found.AddOver(ViolationKind.CommandAcceleration, _joints[j].Name, sample.TimeNs, bend, _joints[j].MaxAcceleration * (1 + Rounding));
            acceleration[j] = bend;
            if (track.Acceleration is { } last && periods == 1)
                found.AddOver(ViolationKind.CommandJerk, _joints[j].Name, sample.TimeNs, (bend - last[j]) / period, _joints[j].MaxJerk * (1 + Rounding));
        }

        // Where a command was not seen, neither was how the bend changed.
        var bends = track.Velocity is not null && periods == 1 && track.Periods == 1 ? acceleration : (JointVector?)null;
        return new(sample.CommandNumber, sample.Commanded, velocity, bends, periods, Holding: false);
    }

    private void JudgeToolSpeed(in CommandTrack track, in PhysicsSample sample, double seconds, Tally found)
    {
        if (double.IsPositiveInfinity(rules.Robot.MaxToolSpeed)) return;
        var way = _chain.Tool(sample.Commanded).Position - _chain.Tool(track.Positions).Position;
        found.AddOver(ViolationKind.CommandToolSpeed, "tool", sample.TimeNs, way.Length() / seconds, rules.Robot.MaxToolSpeed * (1 + Rounding));
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

    /// <summary>The last command judged.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Positions">rad or m.</param>
    /// <param name="Velocity">On the way to it; null where that is not known.</param>
    /// <param name="Acceleration">The bend before it, over two periods; null where that is not known.</param>
    /// <param name="Periods">How many periods the way took.</param>
    /// <param name="Holding">True while no command has come in this episode and the arm holds by itself.</param>
    private readonly record struct CommandTrack(long Number, JointVector Positions, JointVector? Velocity, JointVector? Acceleration, long Periods, bool Holding)
    {
        /// <summary>An arm that held by itself: the first command takes over where it stands, at rest, or where it held it, from which it may sag, or still creep when a hand has led it there.</summary>
        /// <param name="standing">Where it stands.</param>
        /// <param name="next">The command: each joint's is judged from the nearer of the two.</param>
        public CommandTrack At(in JointVector standing, in JointVector next)
        {
            var from = standing;
            for (var j = 0; j < from.Count; j++) if (Math.Abs(next[j] - Positions[j]) < Math.Abs(next[j] - standing[j])) from[j] = Positions[j];
            return this with { Positions = from, Velocity = JointVector.Zero(from.Count), Acceleration = JointVector.Zero(from.Count) };
        }
    }
}
