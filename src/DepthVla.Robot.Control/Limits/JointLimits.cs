using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Control.Limits;

/// <summary>One joint's limits in whole counts and control periods.</summary>
/// <remarks>
/// <para>A <em>count</em> is the spacing of doubles at the joint's outermost limit: a power of two, about 4e-16 rad for a joint of ±π. Commands are
/// whole counts. So each is an exact double, the difference of two is exact, and what is at the limit is at it and not an ulp beyond:
/// there is no epsilon anywhere in this folder.</para>
/// <para>A speed is a <em>step</em>, counts a period; an acceleration is a <em>change</em>, counts a period². Limits are rounded inwards.</para>
/// </remarks>
/// <param name="Count">The size of one count, rad or m.</param>
/// <param name="Low">Lowest position, counts.</param>
/// <param name="High">Highest position, counts.</param>
/// <param name="MaxStep">Highest speed either way, counts a period.</param>
/// <param name="MaxChange">Highest acceleration either way, counts a period².</param>
internal readonly record struct JointLimits(double Count, long Low, long High, long MaxStep, long MaxChange)
{
    // Below this, rounding an acceleration to whole counts would cost more than a tenth of a percent of it.
    private const long LeastChange = 1000;

    /// <summary>The limits of <paramref name="joint"/> at a control period of <paramref name="period"/> s.</summary>
    /// <exception cref="ArgumentException">A limit is not finite, not positive, or too small beside the range; the message says which.</exception>
    public static JointLimits Of(JointSpec joint, double period)
    {
        var (low, high, velocity, acceleration) = (joint.MinPosition, joint.MaxPosition, joint.MaxVelocity, joint.MaxAcceleration);
        if (!(double.IsFinite(low) && double.IsFinite(high) && low < high))
        {
            throw new ArgumentException($"joint '{joint.Name}': range {low} … {high}; expected two finite numbers, the lower first");
        }

        if (!(double.IsFinite(velocity) && velocity > 0)) throw Bad("MaxVelocity", velocity, "a finite number above 0");
        if (!(double.IsFinite(acceleration) && acceleration > 0)) throw Bad("MaxAcceleration", acceleration, "a finite number above 0");

        var count = Math.ScaleB(1, Math.ILogB(Math.Max(Math.Abs(low), Math.Abs(high))) - 52);
        var (lowest, highest) = ((long)Math.Ceiling(low / count), (long)Math.Floor(high / count));
        var range = highest - lowest;

        // No joint can use more than this within its range; the bound keeps every later product inside a long.
        var maxChange = (long)Math.Min(acceleration * period * period / count, range);
        if (maxChange < LeastChange) throw Bad("MaxAcceleration", acceleration, $"at least {LeastChange * count / (period * period):g3} for this range and rate");
        var maxStep = (long)Math.Min(velocity * period / count, Braking.MaxStep(range, maxChange));
        if (maxStep < LeastChange) throw Bad("MaxVelocity", velocity, $"at least {LeastChange * count / period:g3} for this range and rate");
        return new(count, lowest, highest, maxStep, maxChange);

        ArgumentException Bad(string field, double value, string expected) => new($"joint '{joint.Name}': {field} is {value}; expected {expected}");
    }

    /// <summary>The nearest position inside the range, counts.</summary>
    /// <param name="position">Any finite number, rad or m.</param>
    public long ToCounts(double position) => (long)Math.Round(Math.Clamp(position, Low * Count, High * Count) / Count);

    /// <summary>The nearest step inside the speed limit, counts a period.</summary>
    /// <param name="motion">Any finite number, rad or m a period.</param>
    public long ToStep(double motion) => (long)Math.Round(Math.Clamp(motion, -MaxStep * Count, MaxStep * Count) / Count);

    /// <summary>A position in rad or m; exact.</summary>
    public double ToPosition(long counts) => counts * Count;
}
