namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>A kind of X-series motor.</summary>
/// <param name="Number">What it calls itself.</param>
/// <param name="Name">What is printed on it.</param>
/// <param name="AmperesPerUnit">A, of its Present Current; 0 for a motor that estimates a load instead.</param>
public sealed record MotorModel(ushort Number, string Name, double AmperesPerUnit)
{
    /// <summary>The motor of most joints of the Interbotix arms.</summary>
    public static MotorModel Xm430W350 { get; } = new(1020, "XM430-W350", 0.00269);

    /// <summary>The small one, of wrists and grippers.</summary>
    public static MotorModel Xl430W250 { get; } = new(1060, "XL430-W250", 0);

    /// <summary>Faster and weaker than <see cref="Xm430W350"/>.</summary>
    public static MotorModel Xm430W210 { get; } = new(1030, "XM430-W210", 0.00269);

    /// <summary>The big one, of the shoulders of larger arms.</summary>
    public static MotorModel Xm540W270 { get; } = new(1120, "XM540-W270", 0.00269);
}
