using System.Collections.Immutable;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>A motor on the bus.</summary>
/// <remarks>Its angle is <see cref="Sign"/> × (ticks - <see cref="ZeroTicks"/>) × 2π ÷ 4096 rad.</remarks>
public sealed record DynamixelMotor
{
    /// <summary>Its number on the bus, 0 to 252.</summary>
    public required int Id { get; init; }

    /// <summary>What it is called in messages.</summary>
    public required string Name { get; init; }

    /// <summary>The kinds that it may be.</summary>
    public required ImmutableArray<MotorModel> Models { get; init; }

    /// <summary>Whether the motor itself is set to count the other way (drive mode, bit 0). It is checked, never changed.</summary>
    public bool Reversed { get; init; }

    /// <summary>1, or -1 for a motor that counts up where the joint counts down, after <see cref="Reversed"/>.</summary>
    public int Sign { get; init; } = 1;

    /// <summary>Ticks of 2π ÷ 4096 rad at angle 0. The default is 2048, the middle.</summary>
    public int ZeroTicks { get; init; } = 2048;
}

/// <summary>A joint and what drives it.</summary>
/// <param name="Name">Of the joint, as in the robot's description.</param>
/// <param name="Motor">The motor that says where the joint is.</param>
/// <param name="Transmission">From its angle to the joint's position.</param>
public sealed record DynamixelJoint(string Name, DynamixelMotor Motor, Transmission Transmission)
{
    /// <summary>More motors on the same axis, which get the same angle as the first.</summary>
    public ImmutableArray<DynamixelMotor> Shadows { get; init; } = [];
}
