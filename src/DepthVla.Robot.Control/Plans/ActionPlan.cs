using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;

namespace DepthVla.Robot.Control.Plans;

/// <summary>A chunk that was checked and made ready for the control thread. Immutable.</summary>
/// <remarks>Believed from <see cref="FirstStepTimeNs"/> to <see cref="NotAfterNs"/>, both included, and at no other time.</remarks>
public sealed class ActionPlan
{
    private readonly int _joints;
    private readonly ImmutableArray<bool> _switches;   // grippers
    private readonly double[] _steps;                  // [Steps, joints], rad or m
    private readonly double[] _tangents;               // [Steps, joints], rad or m a step

    private ActionPlan(ActionChunk chunk, ImmutableArray<JointSpec> joints)
    {
        (Sequence, Steps, FirstStepTimeNs, StepPeriodNs, NotAfterNs) =
            (chunk.BasedOnSequence, chunk.Steps, chunk.FirstStepTimeNs, chunk.StepPeriodNs, chunk.NotAfterNs);
        _joints = joints.Length;
        _switches = [.. joints.Select(joint => joint.IsGripper)];
        _steps = new double[chunk.Actions.Length];
        for (var i = 0; i < _steps.Length; i++) _steps[i] = chunk.Actions.Span[i];
        _tangents = new double[_steps.Length];
        for (var i = 0; i < _steps.Length; i++) _tangents[i] = StepCurve.Tangent(Rise(i - _joints), Rise(i));
    }

    /// <summary>The <see cref="ActionChunk.BasedOnSequence"/> of its chunk.</summary>
    public long Sequence { get; }

    /// <summary>How many steps it has.</summary>
    public int Steps { get; }

    /// <summary>When step 0 is for, robot clock.</summary>
    public long FirstStepTimeNs { get; }

    /// <summary>ns from one step to the next.</summary>
    public long StepPeriodNs { get; }

    /// <summary>When the last step is for, robot clock; from then on the plan only stays there.</summary>
    public long LastStepTimeNs => FirstStepTimeNs + ((Steps - 1) * StepPeriodNs);

    /// <summary>The last moment it may be followed, robot clock.</summary>
    public long NotAfterNs { get; }

    /// <summary>Makes a plan of a chunk. Any thread; allocates.</summary>
    /// <param name="chunk">The chunk, however wrong.</param>
    /// <param name="joints">The robot's joints, in the chunk's order.</param>
    /// <param name="rules">What times it may have.</param>
    /// <param name="nowNs">Now, robot clock.</param>
    /// <param name="plan">The plan, when it was not refused.</param>
    /// <returns>Why it was refused, or null.</returns>
    public static PlanRefusal? TryCreate(
        ActionChunk chunk, ImmutableArray<JointSpec> joints, PlanRules rules, long nowNs, out ActionPlan? plan)
    {
        var refusal = ChunkCheck.Refuse(chunk, [.. joints.Select(joint => $"joint '{joint.Name}'")], rules, nowNs);
        plan = refusal is null ? new ActionPlan(chunk, joints) : null;
        return refusal;
    }

    /// <summary>The step being executed at a time: the last one whose time has come. Real-time safe.</summary>
    /// <param name="timeNs">Robot clock, not before <see cref="FirstStepTimeNs"/>.</param>
    public int StepAt(long timeNs) => (int)Math.Min((timeNs - FirstStepTimeNs) / StepPeriodNs, Steps - 1);

    /// <summary>Where the plan wants the joints at a time, and how fast. Real-time safe.</summary>
    /// <param name="timeNs">Robot clock.</param>
    /// <param name="positions">rad or m.</param>
    /// <param name="velocities">rad/s or m/s; zero for grippers, which take each step at its time.</param>
    /// <returns>False outside the time in which the plan may be followed.</returns>
    public bool TrySample(long timeNs, out JointVector positions, out JointVector velocities)
    {
        (positions, velocities) = (JointVector.Zero(_joints), JointVector.Zero(_joints));
        if (timeNs < FirstStepTimeNs || timeNs > NotAfterNs) return false;

        var step = StepAt(timeNs);
        var isLast = step == Steps - 1;
        var u = isLast ? 0 : (double)(timeNs - FirstStepTimeNs - step * StepPeriodNs) / StepPeriodNs;
        for (var joint = 0; joint < _joints; joint++)
        {
            var i = step * _joints + joint;
            if (isLast || _switches[joint])
            {
                positions[joint] = _steps[i];
                continue;
            }

            var (position, slope) = StepCurve.At(u, _steps[i], _steps[i + _joints], _tangents[i], _tangents[i + _joints]);
            (positions[joint], velocities[joint]) = (position, slope * 1e9 / StepPeriodNs);
        }

        return true;
    }

    /// <summary>The moment of the plan to be followed at a time while no newer one came: the same, but that the plan runs out slower and slower. Real-time safe.</summary>
    /// <remarks>Its last R ns take twice as long, so that the arm stands on the last step when that step's validity, R, is over. With L the last step's
    /// time, the moment is L − R·s², its pace s = 1 − (t − L + R)/2R.</remarks>
    /// <param name="timeNs">Robot clock.</param>
    /// <param name="pace">1 where the plan is followed in its own time, towards 0 as it runs out: what its velocities are to be multiplied by.</param>
    public long Slowed(long timeNs, out double pace)
    {
        var slowing = Math.Min(NotAfterNs - LastStepTimeNs, (LastStepTimeNs - FirstStepTimeNs) / 2);
        var into = timeNs - (LastStepTimeNs - slowing);
        pace = into <= 0 || slowing == 0 ? 1 : Math.Max(1 - into / (2.0 * slowing), 0);
        return pace < 1 ? LastStepTimeNs - (long)(slowing * pace * pace) : timeNs;
    }

    /// <summary>The way to the first step, for an arm that has nothing else to follow: from rest, arriving as the plan goes on. Real-time safe.</summary>
    /// <param name="from">Where the arm was told to be when the approach began, rad or m.</param>
    /// <param name="fromNs">When that was, robot clock; before <see cref="FirstStepTimeNs"/>.</param>
    /// <param name="timeNs">Robot clock, between the two.</param>
    /// <param name="positions">rad or m; grippers stay until the first step.</param>
    /// <param name="velocities">rad/s or m/s.</param>
    public void Approach(in JointVector from, long fromNs, long timeNs, out JointVector positions, out JointVector velocities)
    {
        (positions, velocities) = (from, JointVector.Zero(_joints));
        var way = FirstStepTimeNs - fromNs;
        var u = (double)(timeNs - fromNs) / way;
        for (var joint = 0; joint < _joints; joint++)
        {
            if (_switches[joint]) continue;
            var arriving = StepCurve.Within(_steps[joint] - from[joint], _tangents[joint] * way / StepPeriodNs);
            var (position, slope) = StepCurve.At(u, from[joint], _steps[joint], 0, arriving);
            (positions[joint], velocities[joint]) = (position, slope * 1e9 / way);
        }
    }

    // From value i to the same joint's next, or null where either does not exist.
    private double? Rise(int i) => i >= 0 && i + _joints < _steps.Length ? _steps[i + _joints] - _steps[i] : null;
}
