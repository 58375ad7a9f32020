using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Limits;

/// <summary>The mean of each joint's last N positions, as exact sums: what bounds the jerk.</summary>
/// <remarks>
/// <para>Let positions p₀, p₁, … obey range, velocity and acceleration. Their mean over N periods obeys the same three, for each of them is convex; and its
/// acceleration changes in a period by (aₖ − aₖ₋ₙ)/N, so its jerk is at most 2A/(N·dt). A window of N ≥ 2A/(J·dt) periods keeps the jerk below J. The
/// price is a lag of (N − 1)/2 periods, made good by looking so far ahead in the plan.</para>
/// <para>N is a power of two, and counts are that much coarser than the spacing of doubles (<see cref="JointLimits.Count"/>), so a mean is an exact
/// double. One thread; real-time safe.</para>
/// </remarks>
internal sealed class MovingMean(int joints, int window)
{
    /// <summary>A longer window is no smoothing any more.</summary>
    public const int LongestWindow = 1024;

    private readonly long[] _past = new long[joints * window];
    private readonly long[] _sum = new long[joints];
    private int _oldest;

    /// <summary>N, periods.</summary>
    public int Window => window;

    /// <summary>The shortest window, a power of two, that keeps every joint's jerk: 1 where none is limited.</summary>
    /// <param name="joints">At least one.</param>
    /// <param name="period">Control period, s.</param>
    public static long WindowFor(IEnumerable<JointSpec> joints, double period)
    {
        var least = joints.Max(joint => 2 * joint.MaxAcceleration / (joint.MaxJerk * period));
        var window = 1L;
        while (window < least && window <= LongestWindow) window *= 2;
        return window;
    }

    /// <summary>The sum of a joint's last N positions, counts.</summary>
    public long Sum(int joint) => _sum[joint];

    /// <summary>A joint's position so many periods ago, counts: 0 is the last, N − 1 the next to be forgotten.</summary>
    public long Past(int joint, int periods) => _past[joint * window + (_oldest + window - 1 - periods) % window];

    /// <summary>Whether all of a joint's last N positions are <paramref name="position"/>.</summary>
    public bool IsSettled(int joint, long position) => !_past.AsSpan(joint * window, window).ContainsAnyExcept(position);

    /// <summary>As if the joints had always stood there.</summary>
    public void Fill(ReadOnlySpan<long> positions)
    {
        for (var i = 0; i < joints; i++)
        {
            _past.AsSpan(i * window, window).Fill(positions[i]);
            _sum[i] = window * positions[i];
        }
    }

    /// <summary>The next positions come, the oldest go.</summary>
    public void Push(ReadOnlySpan<long> positions)
    {
        for (var i = 0; i < joints; i++)
        {
            ref var place = ref _past[i * window + _oldest];
            _sum[i] += positions[i] - place;
            place = positions[i];
        }

        _oldest = (_oldest + 1) % window;
    }
}
