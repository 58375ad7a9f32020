using System.Diagnostics;

namespace DepthVla.Robot.Control.Limits;

/// <summary>The next step of one joint, and which limits shaped it.</summary>
/// <param name="Counts">By how much to move in the coming period.</param>
/// <param name="Limited">Which limits keep the joint from being where it was asked to be one period from now.</param>
internal readonly record struct JointStep(long Counts, LimitKinds Limited)
{
    /// <summary>Moves a joint toward a moving target, inside every limit, now and for ever.</summary>
    /// <param name="limits">The joint's limits.</param>
    /// <param name="position">Where the last command put it.</param>
    /// <param name="last">The last step.</param>
    /// <param name="target">Where the target will be one period from now, inside the range.</param>
    /// <param name="drift">How far the target moves a period.</param>
    /// <remarks>
    /// <para>Why there is always a step inside every limit. The invariant: <em>from the last step the joint can still stop inside its
    /// range</em>, way(slowed(last)) ≤ the gap ahead. The allowed steps are those in [last−d, last+d] (acceleration), [−S, S] (velocity)
    /// and [−maxStep(gap below), maxStep(gap above)] (position). Slowed(last) lies in all of them: in the first by definition, in the second
    /// because it is smaller than last, in the third by the invariant ahead and by its sign behind. So they overlap.
    /// And whatever step s is taken from the overlap, way(s) ≤ gap, so way(slowed(s)) ≤ gap − s: the invariant holds again.
    /// It holds at the start, where the joint stands in its range.</para>
    /// <para>Tracking is the braking rule on the motion relative to the target: at gap r and relative step u, the largest u from which
    /// the joint stops on the target. A gap of at most d closes at once (maxStep(r) = r for r ≤ d), so a target inside the limits is met to the
    /// count, without lag; and a standing target is never overshot unless it jumped too close to stop for.</para>
    /// <para>Pure; real-time safe.</para>
    /// </remarks>
    public static JointStep Toward(in JointLimits limits, long position, long last, long target, long drift)
    {
        var (d, s) = (limits.MaxChange, limits.MaxStep);
        var behind = target - drift - position;
        var wanted = drift + Math.Sign(behind) * Braking.MaxStep(Math.Abs(behind), d);

        var (down, up) = (-Braking.MaxStep(position - limits.Low, d), Braking.MaxStep(limits.High - position, d));
        var (low, high) = (Math.Max(Math.Max(last - d, -s), down), Math.Min(Math.Min(last + d, s), up));
        Debug.Assert(low <= high, "a joint that can stop in its range has a step inside its limits");

        var step = Math.Clamp(wanted, low, high);
        return new(step, step == target - position ? LimitKinds.None
            : Math.Abs(step) == s ? LimitKinds.Velocity
            : step != wanted && (step == up || step == down) ? LimitKinds.Position
            : LimitKinds.Acceleration);
    }
}
