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
/// <para>Looking costs one forward kinematics. A look that finds the tool m metres inside also vouches for all the following steps in which
/// the joints together can move it at most m (<see cref="ToolChain.Reach"/>), so an arm that is slow or far from the faces costs one look.
/// Who calls limits the looks of a period; an unfinished answer counts as no. The box is taken 1 nm smaller than stated: a million times
/// the rounding of the kinematics.</para>
/// <para>One thread; real-time safe.</para>
/// </remarks>
internal sealed class WorkspaceGuard
{
    private const double Margin = 1e-9;

    private readonly JointLimits[] _joints;
    private readonly ToolChain _chain;
    private readonly WorkspaceBox _box;
    private readonly double[] _reach;      // how far a count of each joint can move the tool, m
    private readonly Stopping[] _stopping;
    private JointVector _angles;

    /// <summary>The workspace of <paramref name="robot"/>, whose geometry the caller has checked.</summary>
    public WorkspaceGuard(RobotDescription robot, JointLimits[] joints)
    {
        _joints = joints;
        _chain = new ToolChain(robot);
        var inwards = new Vector3d(Margin, Margin, Margin);
        _box = new WorkspaceBox(robot.Workspace.Min + inwards, robot.Workspace.Max - inwards);
        _reach = [.. joints.Select((joint, i) => _chain.Reach(i) * joint.Count)];
        (_stopping, _angles) = (new Stopping[joints.Length], JointVector.Zero(joints.Length));
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
        for (var i = 0; i < _joints.Length; i++)
        {
            var speed = Math.Abs(step[i]);
            _stopping[i] = new(position[i], Math.Sign(step[i]), speed, Braking.Periods(speed, _joints[i].MaxChange));
        }

        for (var periods = 1L; looks > 0;)
        {
            looks--;
            var (next, all) = Advance(periods);
            var depth = Depth(in _angles);
            if (!(depth >= 0)) return false;
            if (all <= depth) return true;
            periods = 1 + (long)(depth / next);   // fewer than are left, for all is at most next times those
        }

        return false;
    }

    // Moves on by some periods of braking; tells how far the tool can move in the next period and in all that remain, m.
    private (double Next, double All) Advance(long periods)
    {
        var (next, all) = (0.0, 0.0);
        for (var i = 0; i < _joints.Length; i++)
        {
            if (!Involves(i)) continue;
            ref var joint = ref _stopping[i];
            var change = _joints[i].MaxChange;
            var taken = Math.Min(periods, joint.Periods);
            joint.Position += joint.Sign * Braking.Way(joint.Speed, change, taken);
            joint.Periods -= taken;
            joint.Speed = joint.Periods == 0 ? 0 : joint.Speed - taken * change;

            _angles[i] = _joints[i].ToPosition(joint.Position);
            next += _reach[i] * joint.Speed;
            all += _reach[i] * Braking.Way(joint.Speed, change, joint.Periods);
        }

        return (next, all);
    }

    // A joint on its way to a standstill: where it is, and its coming step and how many of them are not 0.
    private record struct Stopping(long Position, int Sign, long Speed, long Periods);
}
