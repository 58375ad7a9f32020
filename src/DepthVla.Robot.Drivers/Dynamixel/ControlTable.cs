namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>The addresses of an X-series motor that are used here, and their units.</summary>
/// <remarks>ROBOTIS e-manual, "Control Table" of XM430-W350 and XL430-W250. Little endian; numbers below 0 in two's complement.</remarks>
internal static class ControlTable
{
    // EEPROM area: survives power-off, and can only be written while torque is off.

    /// <summary>1 byte; see <see cref="ReverseMode"/> and its neighbours. Then operating mode, secondary ID and protocol type, a byte each.</summary>
    public const ushort DriveMode = 10;

    /// <summary>1 byte; see <see cref="PositionControl"/>.</summary>
    public const ushort OperatingMode = 11;

    /// <summary>4 bytes, ticks: the highest goal position that is taken. Then the lowest, 4 bytes.</summary>
    public const ushort MaxPositionLimit = 48;

    // RAM area.

    /// <summary>1 byte: 1 when the motor holds, 0 when it turns freely.</summary>
    public const ushort TorqueEnable = 64;

    /// <summary>1 byte: 0 answers pings, 1 reads too, 2 everything.</summary>
    public const ushort StatusReturnLevel = 68;

    /// <summary>1 byte of flags; see <see cref="DescribeHardwareError"/>.</summary>
    public const ushort HardwareErrorStatus = 70;

    /// <summary>
    /// 1 byte: 1 to 127 times <see cref="WatchdogUnit"/> without any instruction on the bus stop the motor, 0 never; <see cref="WatchdogTripped"/>
    /// when it happened.
    /// </summary>
    public const ushort BusWatchdog = 98;

    /// <summary>4 bytes, <see cref="ProfileAccelerationUnit"/>. Then profile velocity, 4 bytes, <see cref="VelocityUnit"/>. 0 is as fast as it goes.</summary>
    public const ushort ProfileAcceleration = 108;

    /// <summary>4 bytes, ticks.</summary>
    public const ushort GoalPosition = 116;

    /// <summary>2 bytes, see <see cref="MotorModel.AmperesPerUnit"/>. Then present velocity, 4 bytes, <see cref="VelocityUnit"/>; and position.</summary>
    public const ushort PresentCurrent = 126;

    /// <summary>4 bytes, ticks.</summary>
    public const ushort PresentPosition = 132;

    /// <summary>2 bytes, 0.1 V. Then present temperature, 1 byte, °C.</summary>
    public const ushort PresentInputVoltage = 144;

    /// <summary>Present current, velocity and position together, bytes.</summary>
    public const int PresentSize = 10;

    /// <summary>Operating mode: one turn, by position.</summary>
    public const byte PositionControl = 3;

    /// <summary>Drive mode: the motor counts the other way.</summary>
    public const byte ReverseMode = 1 << 0;

    /// <summary>Drive mode: profiles are times, not speeds.</summary>
    public const byte TimeBasedProfile = 1 << 2;

    /// <summary>Drive mode: a new goal switches torque on.</summary>
    public const byte TorqueOnByGoal = 1 << 3;

    /// <summary>From this number on there is no secondary ID.</summary>
    public const byte NoSecondaryId = 253;

    /// <summary>What the bus watchdog reads when it has stopped the motor: -1.</summary>
    public const byte WatchdogTripped = 0xFF;

    /// <summary>The oldest firmware with a bus watchdog.</summary>
    public const byte WatchdogFirmware = 38;

    /// <summary>rad.</summary>
    public const double Tick = 2 * Math.PI / 4096;

    /// <summary>rad/s: 0.229 turns a minute.</summary>
    public const double VelocityUnit = 0.229 * 2 * Math.PI / 60;

    /// <summary>rad/s²: 214.577 turns a minute, each minute.</summary>
    public const double ProfileAccelerationUnit = 214.577 * 2 * Math.PI / 3600;

    /// <summary>V.</summary>
    public const double VoltageUnit = 0.1;

    /// <summary>20 ms.</summary>
    public static readonly TimeSpan WatchdogUnit = TimeSpan.FromMilliseconds(20);

    /// <summary>The speeds that X-series motors can be set to, bits a second; how they come is 57600.</summary>
    public static ReadOnlySpan<int> BaudRates => [1_000_000, 57_600, 115_200, 2_000_000, 3_000_000, 4_000_000, 9_600];

    /// <summary>The hardware error status in words. Allocates.</summary>
    public static string DescribeHardwareError(byte status)
    {
        (int Bit, string Name)[] known = [(0, "input voltage"), (2, "overheating"), (3, "encoder"), (4, "electrical shock"), (5, "overload")];
        var names = known.Where(k => (status >> k.Bit & 1) != 0).Select(k => k.Name).ToArray();
        return names.Length > 0 ? string.Join(", ", names) : $"status 0x{status:X2}";
    }
}
