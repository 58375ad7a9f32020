using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Keeps what is no joint's own - tool in its box, links out of boxes and apart, speed of the tool - by knowing, at every moment, a way to stop that keeps it.</summary>
/// <remarks>
/// <para>The invariant: <em>if all joints brake from now on with all they have, every clearance is kept, and the tool's speed, at every control step until
/// they stand</em>. It holds at the start, where the arm stands clear of everything. A next step is taken only after <see cref="Blocks"/> has followed
/// it and the braking after it to the end; if it cannot be taken, the arm brakes one step, along the way verified before, and the rest
/// of that way is still verified. By induction nothing is violated at a control step, whatever is asked for. That a limit may be met worse by
/// braking - a tool that gets faster because one joint stops first - does no harm: the way is followed as it is, and nothing is assumed of its shape.</para>
/// <para>A look costs the kinematics of the arm, and then some arithmetic for each clearance that is looked at. One that is found m metres large
/// vouches for all the following steps in which the joints together can move the hull at most m (<see cref="Reach.OfHull"/>), and is not looked at for so long: an
/// arm that is slow or far from everything costs one look. Who calls limits the looks of a period; an unfinished answer counts as no.</para>
/// <para>One thread; real-time safe.</para>
/// </remarks>
internal sealed class MotionGuard
{
    // Kept from the speed limit, m a period: a thousand times the rounding of the kinematics.
    private const double Margin = 1e-12;

    private readonly BrakingWay _way;
    private readonly Clearances _clearances;
    private readonly int[] _moving;
    private readonly double[] _reach, _toolReach;   // how far a count of each joint's sum can move the hull, and the tool point, m
    private readonly double[] _vouched;             // of each clearance: up to where on the way it is known to be kept, m
    private readonly double _maxToolStep;
    private JointVector _angles;

    /// <summary>The geometry and tool speed of <paramref name="robot"/>, checked by the caller.</summary>
    /// <param name="robot">Whose.</param>
    /// <param name="joints">Its joints in counts.</param>
    /// <param name="mean">What makes commands of counts.</param>
    /// <param name="period">Control period, s.</param>
    public MotionGuard(RobotDescription robot, JointLimits[] joints, MovingMean mean, double period)
    {
        _clearances = new Clearances(robot);
        _reach = [.. Reach.OfHull(robot).Select((reach, i) => reach * joints[i].Count / mean.Window)];
        _toolReach = [.. Reach.OfTool(robot).Select((reach, i) => reach * joints[i].Count / mean.Window)];
        _moving = [.. Enumerable.Range(0, joints.Length).Where(Involves)];
        _way = new BrakingWay(joints, mean, _moving);
        _vouched = new double[_clearances.Count];
        _maxToolStep = robot.MaxToolSpeed * period - Margin;
        _angles = JointVector.Zero(joints.Length);
    }

    /// <summary>Whether a joint moves anything that is guarded.</summary>
    public bool Involves(int joint) => _reach[joint] > 0;

    /// <summary>Whether an arm may stand somewhere.</summary>
    /// <param name="positions">rad.</param>
    public bool MayStand(in JointVector positions)
    {
        _clearances.Place(in positions);
        return _clearances.AreKept;
    }

    /// <summary>What keeps an arm from standing somewhere, one line each; none where it may. Allocates.</summary>
    /// <param name="robot">The same.</param>
    /// <param name="positions">rad.</param>
    public IEnumerable<string> Problems(RobotDescription robot, in JointVector positions)
    {
        _clearances.Place(in positions);
        return _clearances.Problems(robot);
    }

    /// <summary>Which limit is in the way when the joints take <paramref name="step"/> and then brake; <see cref="LimitKinds.None"/> where none is.</summary>
    /// <param name="position">Where the joints are, counts.</param>
    /// <param name="step">The step to take first, counts a period.</param>
    /// <param name="looks">How many clearances and places may be looked at; reduced by those that were.</param>
    public LimitKinds Blocks(ReadOnlySpan<long> position, ReadOnlySpan<long> step, ref int looks)
    {
        var periods = _way.Count(position, step);
        if (periods > BrakingWay.Longest) return LimitKinds.Workspace;   // an arm that brakes so slowly gets no faster

        Array.Fill(_vouched, -1);
        var (way, due) = (0.0, -1.0);
        for (var period = 1L; period <= periods; period++)
        {
            way += Sum(_reach, period);
            if (way > due)
            {
                Place(period, ref looks);
                if (Look(way, out due, ref looks) is var blocked and not LimitKinds.None) return blocked;
            }

            if (Sum(_toolReach, period) > _maxToolStep && IsTooFast(period, ref looks)) return LimitKinds.ToolSpeed;
        }

        return LimitKinds.None;
    }

    // Looks at every clearance that is not vouched for, and tells up to where all of them now are.
    private LimitKinds Look(double way, out double due, ref int looks)
    {
        due = double.PositiveInfinity;
        for (var i = 0; i < _vouched.Length; i++)
        {
            if (_vouched[i] < way)
            {
                if (looks-- <= 0 || !(_clearances.Of(i) is var clearance && clearance >= 0)) return _clearances.Kind(i);
                _vouched[i] = way + clearance;
            }

            due = Math.Min(due, _vouched[i]);
        }

        return LimitKinds.None;
    }

    private bool IsTooFast(long period, ref int looks)
    {
        Place(period - 1, ref looks);
        var before = _clearances.Tool;
        Place(period, ref looks);
        var (way, most) = (_clearances.Tool - before, _maxToolStep);
        return looks < 0 || !(way.X * way.X + way.Y * way.Y + way.Z * way.Z <= most * most);
    }

    private void Place(long period, ref int looks)
    {
        looks -= 4;   // four times as dear as a clearance
        foreach (var i in _moving) _angles[i] = _way.At(i, period);
        _clearances.Place(in _angles);
    }

    // How far the joints together can move something on the way to a period, m.
    private double Sum(double[] reach, long period)
    {
        var way = 0.0;
        foreach (var i in _moving) way += reach[i] * _way.Change(i, period);
        return way;
    }
}
