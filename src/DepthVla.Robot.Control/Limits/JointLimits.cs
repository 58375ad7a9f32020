using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Limits;

/// <summary>One joint's limits in whole counts and control periods.</summary>
/// <remarks>
/// <para>A <em>count</em> is the spacing of doubles at the joint's outermost limit, times the window of <see cref="MovingMean"/>: a power of two, about
/// 4e-16 rad · N for a joint of ±π. Commands are means of N whole counts. So each is an exact double, the difference of two is exact, and what is at the
/// limit is at it and not an ulp beyond: no joint limit needs an epsilon.</para>
/// <para>A speed is a <em>step</em>, counts a period; an acceleration is a <em>change</em>, counts a period². Limits are rounded inwards.</para>
/// </remarks>
/// <param name="Count">The size of one count, rad or m.</param>
/// <param name="Low">Lowest position, counts.</param>
/// <param name="High">Highest position, counts.</param>
/// <param name="MaxStep">Highest speed either way, counts a period.</param>
/// <param name="MaxChange">Highest acceleration either way, counts a period².</param>
internal readonly record struct JointLimits(double Count, long Low, long High, long MaxStep, long MaxChange)
{
    /// <summary>The limits of a joint whose description was checked.</summary>
    /// <param name="joint">Whose.</param>
    /// <param name="period">Control period, s.</param>
    /// <param name="window">Of the mean that commands are, periods: a power of two.</param>
    public static JointLimits Of(JointSpec joint, double period, long window = 1)
    {
        var outermost = Math.Max(Math.Abs(joint.MinPosition), Math.Abs(joint.MaxPosition));
        var count = Math.ScaleB(1, Math.ILogB(outermost) - 52 + (int)Math.Log2(window));
        var (low, high) = ((long)Math.Ceiling(joint.MinPosition / count), (long)Math.Floor(joint.MaxPosition / count));

        // No joint can use more than this within its range; the bound keeps every later product inside a long.
        var range = high - low;
        var change = (long)Math.Min(joint.MaxAcceleration * period * period / count, range);
        var step = change > 0 ? (long)Math.Min(joint.MaxVelocity * period / count, Braking.MaxStep(range, change)) : 0;
        return new(count, low, high, step, change);
    }

    /// <summary>The nearest position inside the range, counts.</summary>
    /// <param name="position">Any finite number, rad or m.</param>
    public long ToCounts(double position) => (long)Math.Round(Math.Clamp(position, Low * Count, High * Count) / Count);

    /// <summary>The nearest step inside the speed limit, counts a period.</summary>
    /// <param name="motion">Any finite number, rad or m a period.</param>
    public long ToStep(double motion) => (long)Math.Round(Math.Clamp(motion, -MaxStep * Count, MaxStep * Count) / Count);

    /// <summary>A position in rad or m; exact.</summary>
    public double ToPosition(long counts) => counts * Count;

    /// <summary>The mean of some positions in rad or m; exact.</summary>
    /// <param name="sum">Theirs, counts.</param>
    /// <param name="window">How many they are.</param>
    public double ToMean(long sum, int window) => sum * (Count / window);
}
