namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>How a motor's angle becomes a joint's position. Real-time safe.</summary>
public abstract record Transmission
{
    /// <summary>The joint is on the motor's axis: rad are rad.</summary>
    public static Transmission Direct { get; } = new LinearTransmission(1, 0);

    /// <summary>The joint's position, rad or m, when the motor is at <paramref name="angle"/> rad.</summary>
    public abstract double ToJoint(double angle);

    /// <summary>The motor's angle, rad, that puts the joint at <paramref name="position"/> rad or m; the nearest where it cannot go.</summary>
    public abstract double ToMotor(double position);

    /// <summary>How far the joint goes, rad or m, for each rad of a motor at <paramref name="angle"/> rad.</summary>
    public abstract double Slope(double angle);
}

/// <summary>A gear, a rack or a screw: position = <paramref name="Scale"/> × angle + <paramref name="Offset"/>.</summary>
/// <param name="Scale">rad or m of the joint for each rad of the motor; not 0.</param>
/// <param name="Offset">Where the joint is when the motor is at 0, rad or m.</param>
public sealed record LinearTransmission(double Scale, double Offset) : Transmission
{
    /// <inheritdoc/>
    public override double ToJoint(double angle) => (Scale * angle) + Offset;

    /// <inheritdoc/>
    public override double ToMotor(double position) => (position - Offset) / Scale;

    /// <inheritdoc/>
    public override double Slope(double angle) => Scale;
}

/// <summary>A horn that pushes a slide by way of a rod: the grippers of the Interbotix arms.</summary>
/// <remarks>
/// The horn (r) stands square to the slide at angle 0 and the rod (l) reaches from its end to the slide. At angle a the horn's end is r·sin a
/// along the slide and r·cos a beside it, so the slide is at x = r·sin a + √(l² - r²·cos² a). Turned round by the law of cosines:
/// sin a = (x² + r² - l²) ÷ 2·r·x.
/// </remarks>
/// <param name="Horn">r: from the motor's axis to the rod, m.</param>
/// <param name="Rod">l: from the horn to the slide, m; longer than the horn.</param>
public sealed record SliderCrank(double Horn, double Rod) : Transmission
{
    /// <inheritdoc/>
    public override double ToJoint(double angle) => (Horn * Math.Sin(angle)) + Reach(angle);

    /// <inheritdoc/>
    public override double ToMotor(double position)
    {
        var x = Math.Clamp(position, Rod - Horn, Rod + Horn); // both ends of the slide's travel
        return Math.Asin(Math.Clamp(((x * x) + (Horn * Horn) - (Rod * Rod)) / (2 * Horn * x), -1, 1));
    }

    /// <inheritdoc/>
    public override double Slope(double angle) => Horn * Math.Cos(angle) * (1 + (Horn * Math.Sin(angle) / Reach(angle)));

    private double Reach(double angle) => Math.Sqrt((Rod * Rod) - (Horn * Horn * Math.Cos(angle) * Math.Cos(angle)));
}
