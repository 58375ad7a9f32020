namespace DepthVla.Robot.Control.Limits;

/// <summary>Where all joints are after 0, 1, 2 … periods of a step and full braking after it, counted out: the commands, which are means. One thread; real-time safe.</summary>
internal sealed class BrakingWay
{
    /// <summary>So long a way is not counted out: it bounds the time of a period.</summary>
    public const long Longest = 4096;

    private readonly JointLimits[] _joints;
    private readonly MovingMean _mean;
    private readonly int[] _moving;        // the joints that move anything
    private readonly long[][] _heading;    // by joint, then period: where it is, counts
    private readonly long[][] _sums;       // and the sum that the command then is

    /// <summary>Ways of the joints <paramref name="moving"/>.</summary>
    public BrakingWay(JointLimits[] joints, MovingMean mean, IEnumerable<int> moving)
    {
        (_joints, _mean, _moving) = (joints, mean, [.. moving]);
        var longest = _moving.Length == 0 ? 0 : Math.Min(Longest, _moving.Max(i => Braking.Periods(joints[i].MaxStep, joints[i].MaxChange)) + mean.Window);
        (_heading, _sums) = ([.. joints.Select(_ => new long[longest + 1])], [.. joints.Select(_ => new long[longest + 1])]);
    }

    /// <summary>Counts the way out.</summary>
    /// <param name="position">Where the joints are, counts.</param>
    /// <param name="step">The step to take first, counts a period.</param>
    /// <returns>After how many periods all commands stand; longer than <see cref="Longest"/> is not counted out.</returns>
    public long Count(ReadOnlySpan<long> position, ReadOnlySpan<long> step)
    {
        var periods = 0L;
        foreach (var i in _moving) periods = Math.Max(periods, Braking.Periods(Math.Abs(step[i]), _joints[i].MaxChange) + _mean.Window);
        if (periods > Longest) return periods;
        foreach (var i in _moving) CountOut(i, position[i], step[i], periods);
        return periods;
    }

    /// <summary>A joint's command after so many periods, rad or m.</summary>
    public double At(int joint, long period) => _joints[joint].ToMean(_sums[joint][period], _mean.Window);

    /// <summary>By how much a joint's command changes on the way to a period, counts of the sum.</summary>
    public long Change(int joint, long period) => Math.Abs(_sums[joint][period] - _sums[joint][period - 1]);

    // The step, then braking, then standing.
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
}
