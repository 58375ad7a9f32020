using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Turns whatever is asked for into the next command inside every limit of the arm. The last word before the motors.</summary>
/// <remarks>
/// <para>For commands p₀, p₁, … a period dt apart, with v = Δp/dt, a = Δv/dt and j = Δa/dt: every p in the joint's range, every |v|, |a| and |j| within its
/// limits, the tool point in the workspace and no faster than it may be, every link out of the keep-out boxes and away from the others; exactly, for any targets at all. Why: see <see cref="JointStep.Toward"/> for
/// the joints, <see cref="MovingMean"/> for their jerk and <see cref="MotionGuard"/> for the rest. The state is where the joints are heading, the last
/// step, and the mean's past; nothing else.</para>
/// <para>One thread; <see cref="Toward"/> and <see cref="Brake"/> are real-time safe.</para>
/// </remarks>
internal sealed class Limiter
{
    // Looks at the arm along its braking way that one period may spend: it bounds the time of a period, whatever is asked.
    private const int LooksPerPeriod = 800;

    // A step that is in the way of something is halved towards braking this often before the arm brakes outright.
    private const int Halvings = 3;

    // Policies speak in floats: a target this close beyond a limit, rad or m, means the limit.
    private const double FloatRounding = 1e-6;

    private readonly RobotDescription _robot;
    private readonly double _period;
    private readonly JointLimits[] _joints;
    private readonly MovingMean _mean;
    private readonly MotionGuard _guard;
    private readonly long[] _position;
    private readonly long[] _step;
    private readonly long[] _next;
    private JointVector _command;
    private JointVector _heading;

    /// <summary>Limits for <paramref name="robot"/>, one command every <paramref name="periodNs"/> ns.</summary>
    /// <exception cref="ArgumentException">The description contradicts itself; the message lists everything that is wrong with it.</exception>
    public Limiter(RobotDescription robot, long periodNs)
    {
        _robot = robot;
        _period = periodNs * 1e-9;
        (_joints, var window) = DescriptionCheck.Limits(robot, _period);
        _mean = new MovingMean(_joints.Length, window);
        _guard = new MotionGuard(robot, _joints, _mean, _period);
        LagNs = (window - 1) * periodNs / 2;
        (_position, _step, _next) = (new long[_joints.Length], new long[_joints.Length], new long[_joints.Length]);
        (_command, _heading) = (JointVector.Zero(_joints.Length), JointVector.Zero(_joints.Length));
    }

    /// <summary>How far commands are behind what they head for, ns: the target is to be that of so much later.</summary>
    public long LagNs { get; }

    /// <summary>The last command, rad or m.</summary>
    public ref readonly JointVector Command => ref _command;

    /// <summary>Where the commands will be <see cref="LagNs"/> later if nothing else is asked for, rad or m.</summary>
    public ref readonly JointVector Heading => ref _heading;

    /// <summary>Whether the last command was where the one before was: the arm stands, and may go on standing.</summary>
    public bool AtRest { get; private set; }

    /// <summary>Whether commands may lead on from where the arm is; where not, the last command stays.</summary>
    public bool MayMove { get; private set; }

    /// <summary>Begins where the arm is, at rest: the first command.</summary>
    /// <param name="measured">rad or m.</param>
    /// <exception cref="UnsafeStartException">That is outside a limit. The message lists every joint, value, limit and remedy.</exception>
    public void Start(in JointVector measured)
    {
        UnsafeStartException.ThrowIfOutside(_robot, _guard, in measured);
        Begin(in measured);
    }

    /// <summary>Begins anew where people have left the arm, at rest. Outside a limit it stands there, and moves nowhere: see <see cref="MayMove"/>. Real-time safe.</summary>
    /// <param name="measured">rad or m; one finite number a joint.</param>
    public void Resume(in JointVector measured)
    {
        if (IsInside(in measured)) Begin(in measured);
        else (MayMove, AtRest, _command, _heading) = (false, true, measured, measured);
    }

    /// <summary>The next command: toward a moving target.</summary>
    /// <param name="positions">Where the target will be one period and the lag from now, rad or m; anything.</param>
    /// <param name="velocities">How fast it will move then, rad/s or m/s; anything.</param>
    /// <param name="speedScale">How much of the speed limits may be used, 0 to 1: what is faster slows down to it. Grippers use all of theirs.</param>
    /// <returns>What kept the command from being the target.</returns>
    public LimitKinds Toward(in JointVector positions, in JointVector velocities, double speedScale = 1)
    {
        if (!MayMove) return LimitKinds.Position;
        if (positions.Count != _joints.Length || velocities.Count != _joints.Length || !positions.IsFinite || !velocities.IsFinite)
        {
            Brake();
            return LimitKinds.NotFinite;
        }

        var limited = LimitKinds.None;
        for (var i = 0; i < _joints.Length; i++)
        {
            var joint = Scaled(i, speedScale);
            var target = joint.ToCounts(positions[i]);
            var outside = Math.Abs(positions[i] - joint.ToPosition(target)) > FloatRounding;
            var drift = outside ? 0 : joint.ToStep(velocities[i] * _period);
            var step = JointStep.Toward(in joint, _position[i], _step[i], target, drift);
            _next[i] = step.Counts;
            limited |= step.Limited | (outside ? LimitKinds.Position : LimitKinds.None);
        }

        limited |= KeepClear();
        Take();
        return limited;
    }

    /// <summary>The next command: brake with all joints, and stand once they do. Always inside every limit.</summary>
    public void Brake()
    {
        if (!MayMove) return;
        for (var i = 0; i < _joints.Length; i++) _next[i] = Slowed(i);
        Take();
    }

    private void Begin(in JointVector measured)
    {
        for (var i = 0; i < _joints.Length; i++) (_position[i], _next[i]) = (_joints[i].ToCounts(measured[i]), 0);
        _mean.Fill(_position);
        Take();
        MayMove = true;
    }

    private bool IsInside(in JointVector measured)
    {
        for (var i = 0; i < _joints.Length; i++)
        {
            ref readonly var joint = ref _robot.Joints.ItemRef(i);
            if (!(measured[i] >= joint.MinPosition && measured[i] <= joint.MaxPosition)) return false;
        }

        return _guard.MayStand(in measured);
    }

    // Joints that move no link keep their step: a gripper closes also where the arm may not go on.
    private LimitKinds KeepClear()
    {
        var (looks, limited) = (LooksPerPeriod, LimitKinds.None);
        for (var halving = 0; halving <= Halvings; halving++)
        {
            var blocked = _guard.Blocks(_position, _next, ref looks);
            if (blocked == LimitKinds.None) return limited;
            limited |= blocked;

            // Both ends lie between the joint's limits, and so does the middle; the last time all the way.
            for (var i = 0; i < _joints.Length; i++) if (_guard.Involves(i)) _next[i] = Slowed(i) + (halving < Halvings ? (_next[i] - Slowed(i)) / 2 : 0);
        }

        return limited;
    }

    // Slowing down is a step that is always there, so that a narrower limit of speed leaves the joint one, too (see JointStep.Toward).
    private JointLimits Scaled(int joint, double speedScale)
    {
        ref readonly var limits = ref _joints[joint];
        if (speedScale >= 1 || _robot.Joints.ItemRef(joint).IsGripper) return limits;
        return limits with { MaxStep = Math.Max((long)(speedScale * limits.MaxStep), Math.Abs(_step[joint]) - limits.MaxChange) };
    }

    private long Slowed(int joint) => Braking.Slowed(_step[joint], _joints[joint].MaxChange);

    private void Take()
    {
        AtRest = true;
        for (var i = 0; i < _joints.Length; i++)
        {
            AtRest &= _next[i] == 0 && _mean.IsSettled(i, _position[i]);
            _step[i] = _next[i];
            _position[i] += _step[i];
            _heading[i] = _joints[i].ToPosition(_position[i]);
        }

        _mean.Push(_position);
        for (var i = 0; i < _joints.Length; i++) _command[i] = _joints[i].ToMean(_mean.Sum(i), _mean.Window);
    }
}
