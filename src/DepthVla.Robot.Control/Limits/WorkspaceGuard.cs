using DepthVla.Robot.Control.Kinematics;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Keeps the tool point in its box by knowing, at every moment, a way to stop that stays there.</summary>
/// <remarks>
/// <para>The invariant: <em>if all joints brake from now on with all they have, the tool point is in the box at every control step until
/// they stand</em>. It holds at the start, where the arm stands in the box. A next step is taken only after <see cref="StaysInside"/> has followed
/// it and the braking after it to the end; if it cannot be taken, the arm brakes one step, along the way verified before, and the rest
/// of that way is still verified. By induction the tool point never leaves the box at a control step, whatever is asked for.</para>
/// <para>The commands are means (<see cref="MovingMean"/>), and it is these that are followed: the way is counted out to the end in whole numbers, then looked
/// at. Looking costs one forward kinematics. A look that finds the tool m metres inside also vouches for all the following steps in which
/// the joints together can move it at most m (<see cref="ToolChain.Reach"/>), so an arm that is slow or far from the faces costs one look.
/// Who calls limits the looks of a period; an unfinished answer counts as no. The box is taken 1 nm smaller than stated: a million times
/// the rounding of the kinematics.</para>
/// <para>One thread; real-time safe.</para>
/// </remarks>
internal sealed class WorkspaceGuard
{
    private const double Margin = 1e-9;

    // So long a way to a standstill is not counted out: an arm that brakes so slowly gets no faster near its box. It bounds the time of a period.
    private const long LongestWay = 4096;

    private readonly JointLimits[] _joints;
    private readonly ToolChain _chain;
    private readonly WorkspaceBox _box;
    private readonly MovingMean _mean;
    private readonly double[] _reach;      // how far a count of each joint's sum can move the tool, m
    private readonly long[][] _heading;    // of each joint that moves the tool: where it is after 0, 1, … periods of braking, counts
    private readonly long[][] _sums;       // and the sums that the commands are then
    private JointVector _angles;

    /// <summary>The workspace of <paramref name="robot"/>, whose geometry the caller has checked.</summary>
    public WorkspaceGuard(RobotDescription robot, JointLimits[] joints, MovingMean mean)
    {
        (_joints, _mean) = (joints, mean);
        _chain = new ToolChain(robot);
        var inwards = new Vector3d(Margin, Margin, Margin);
        _box = new WorkspaceBox(robot.Workspace.Min + inwards, robot.Workspace.Max - inwards);
        _reach = [.. joints.Select((joint, i) => _chain.Reach(i) * joint.Count / mean.Window)];
        var longest = Math.Min(LongestWay, joints.Max(joint => Braking.Periods(joint.MaxStep, joint.MaxChange)) + mean.Window);
        (_heading, _sums) = ([.. joints.Select(_ => new long[longest + 1])], [.. joints.Select(_ => new long[longest + 1])]);
        _angles = JointVector.Zero(joints.Length);
    }

    /// <summary>Whether a joint can move the tool point at all.</summary>
    public bool Involves(int joint) => _reach[joint] > 0;

    /// <summary>How deep inside the box the tool point is, m; negative outside.</summary>
    /// <param name="positions">rad.</param>
    public double Depth(in JointVector positions)
    {
        var tool = _chain.ToolPoint(in positions);
        var (low, high) = (tool - _box.Min, _box.Max - tool);
        return Math.Min(Math.Min(Math.Min(low.X, low.Y), low.Z), Math.Min(Math.Min(high.X, high.Y), high.Z));
    }

    /// <summary>Whether the tool point stays in the box when the joints take <paramref name="step"/> and then brake.</summary>
    /// <param name="position">Where the joints are, counts.</param>
    /// <param name="step">The step to take first, counts a period.</param>
    /// <param name="looks">How many looks may be spent; reduced by those that were.</param>
    public bool StaysInside(ReadOnlySpan<long> position, ReadOnlySpan<long> step, ref int looks)
    {
        var periods = 0L;
        for (var i = 0; i < _joints.Length; i++)
            if (Involves(i)) periods = Math.Max(periods, Braking.Periods(Math.Abs(step[i]), _joints[i].MaxChange) + _mean.Window);
        if (periods > LongestWay) return false;
        for (var i = 0; i < _joints.Length; i++) if (Involves(i)) CountOut(i, position[i], step[i], periods);

        for (var period = 1L; period <= periods;)
        {
            if (looks-- <= 0) return false;
            for (var i = 0; i < _joints.Length; i++) if (Involves(i)) _angles[i] = _joints[i].ToMean(_sums[i][period], _mean.Window);
            var depth = Depth(in _angles);
            if (!(depth >= 0)) return false;
            for (period++; period <= periods && (depth -= Way(period)) >= 0;) period++;
        }

        return true;
    }

    // Where a joint is and what its mean is after 1, 2, … periods: the step, then braking, then standing.
    private void CountOut(int joint, long position, long step, long periods)
    {
        var (heading, sums, window, change) = (_heading[joint], _sums[joint], _mean.Window, _joints[joint].MaxChange);
        (heading[0], sums[0]) = (position, _mean.Sum(joint));
        for (var k = 1; k <= periods; k++)
        {
            heading[k] = heading[k - 1] + step;
            sums[k] = sums[k - 1] + heading[k] - (k < window ? _mean.Past(joint, window - k) : heading[k - window]);
            step = Braking.Slowed(step, change);
        }
    }

    // How far the joints together can move the tool on the way to a period, m.
    private double Way(long period)
    {
        var way = 0.0;
        for (var i = 0; i < _joints.Length; i++) if (Involves(i)) way += _reach[i] * Math.Abs(_sums[i][period] - _sums[i][period - 1]);
        return way;
    }
}
