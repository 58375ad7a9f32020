namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>A kind of X-series motor. Torques and currents at stall are the maker's, at 12 V: ROBOTIS e-manual, "Specifications" of each (ROBOTIS-GIT/emanual, docs/en/dxl/x).</summary>
/// <param name="Number">What it calls itself.</param>
/// <param name="Name">What is printed on it.</param>
/// <param name="AmperesPerUnit">A, of its Present Current; 0 for a motor that estimates a load instead.</param>
/// <param name="StallTorque">N·m.</param>
/// <param name="StallCurrent">A.</param>
public sealed record MotorModel(ushort Number, string Name, double AmperesPerUnit, double StallTorque, double StallCurrent)
{
    // A load is so many thousandths of the highest torque.
    private const double LoadUnit = 0.001;

    /// <summary>The motor of most joints of the Interbotix arms.</summary>
    public static MotorModel Xm430W350 { get; } = new(1020, "XM430-W350", 0.00269, StallTorque: 4.1, StallCurrent: 2.3);

    /// <summary>The small one, of wrists and grippers.</summary>
    public static MotorModel Xl430W250 { get; } = new(1060, "XL430-W250", 0, StallTorque: 1.5, StallCurrent: 1.4);

    /// <summary>Faster and weaker than <see cref="Xm430W350"/>.</summary>
    public static MotorModel Xm430W210 { get; } = new(1030, "XM430-W210", 0.00269, StallTorque: 3.0, StallCurrent: 2.3);

    /// <summary>The big one, of the shoulders of larger arms.</summary>
    public static MotorModel Xm540W270 { get; } = new(1120, "XM540-W270", 0.00269, StallTorque: 10.6, StallCurrent: 4.4);

    /// <summary>N·m, of its Present Current or load: an estimate, in proportion to the torque at stall. A gear under load loses some of it.</summary>
    public double TorquePerUnit => AmperesPerUnit > 0 ? AmperesPerUnit * StallTorque / StallCurrent : LoadUnit * StallTorque;
}
