namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>What the arm does when it is let go.</summary>
public enum AtRelease
{
    /// <summary>Stays where it is, torque on, without a watchdog, until it is taken over again or its power is cut. Motors stay warm.</summary>
    HoldPosition,

    /// <summary>Goes limp, and falls: only where somebody or something supports it.</summary>
    TorqueOff,
}

/// <summary>What can be chosen about an arm on a Dynamixel bus.</summary>
public sealed record DynamixelArmOptions
{
    /// <summary>The serial port, such as /dev/ttyUSB0 or, better, /dev/serial/by-id/….</summary>
    public required string Port { get; init; }

    /// <summary>Bits a second, as the motors are set. The default is 1,000,000; from 9600 to 4,000,000.</summary>
    public int BaudRate { get; init; } = 1_000_000;

    /// <summary>How often a second commands go out and states come in. The default is 100; from 10 to 500.</summary>
    /// <remarks>Nine motors at 1 Mbaud need 3 ms on the wire, and what the adapter adds.</remarks>
    public double Rate { get; init; } = 100;

    /// <summary>How long a motor may take to answer. The default is 20 ms; from 1 ms to 5 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How many cycles in a row may lack an answer before the arm is given up. The default is 3; from 1 to 100.</summary>
    public int MaxMissedCycles { get; init; } = 3;

    /// <summary>After how long without any instruction the motors stop by themselves. The default is 200 ms; from 20 ms to 2.54 s, in steps of 20 ms.</summary>
    /// <remarks>Longer than two cycles, and than two <see cref="AnswerTimeout"/>: a bus that misses an answer is not silent.</remarks>
    public TimeSpan BusWatchdog { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The hottest that a motor may be at the start, °C. The default is 65; from 20 to 80. From 72 or 80 on, motors switch themselves off.</summary>
    public double MaxTemperature { get; init; } = 65;

    /// <summary>The least input voltage at the start, V. The default is 10; from 6 to 16.</summary>
    public double MinVoltage { get; init; } = 10;

    /// <summary>How fast motors may turn toward a goal, rad/s. The default is 0, as fast as they can: the control loop limits speed. Up to 10.</summary>
    public double ProfileVelocity { get; init; }

    /// <summary>How hard motors may accelerate toward a goal, rad/s². The default is 0, as hard as they can. Up to 1000.</summary>
    public double ProfileAcceleration { get; init; }

    /// <summary>SCHED_FIFO priority of the thread at the bus, 1 to 99. The default is 0, a normal thread.</summary>
    public int Priority { get; init; }

    /// <summary>What the arm does when it is let go. The default is to hold its position.</summary>
    public AtRelease AtRelease { get; init; } = AtRelease.HoldPosition;

    internal long PeriodNs => (long)(1e9 / Rate);

    internal long AnswerTimeoutNs => AnswerTimeout.Ticks * TimeSpan.NanosecondsPerTick;

    internal byte WatchdogUnits => (byte)(BusWatchdog / ControlTable.WatchdogUnit);

    /// <summary>Everything that cannot be used.</summary>
    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Port)) yield return "port: none is given";
        if (BaudRate is < 9600 or > 4_000_000) yield return Outside("baud rate", BaudRate, "9600 to 4000000");
        if (Rate is not (>= 10 and <= 500)) yield return Outside("rate", Rate, "10 to 500 Hz");
        if (AnswerTimeout.TotalMilliseconds is < 1 or > 5000) yield return Outside("answer timeout", AnswerTimeout.TotalMilliseconds, "1 to 5000 ms");
        if (MaxMissedCycles is < 1 or > 100) yield return Outside("missed cycles", MaxMissedCycles, "1 to 100");
        if (BusWatchdog.TotalMilliseconds is < 20 or > 2540) yield return Outside("bus watchdog", BusWatchdog.TotalMilliseconds, "20 to 2540 ms");
        else if (BusWatchdog.TotalSeconds < 2 / Rate || BusWatchdog < 2 * AnswerTimeout)
        {
            yield return "bus watchdog: shorter than two cycles or two answer timeouts, so one lost answer could trip it";
        }

        if (MaxTemperature is not (>= 20 and <= 80)) yield return Outside("temperature", MaxTemperature, "20 to 80 °C");
        if (MinVoltage is not (>= 6 and <= 16)) yield return Outside("voltage", MinVoltage, "6 to 16 V");
        if (ProfileVelocity is not (>= 0 and <= 10)) yield return Outside("profile velocity", ProfileVelocity, "0 to 10 rad/s");
        if (ProfileAcceleration is not (>= 0 and <= 1000)) yield return Outside("profile acceleration", ProfileAcceleration, "0 to 1000 rad/s²");
        if (Priority is < 0 or > 99) yield return Outside("priority", Priority, "0 to 99");
    }

    private static string Outside(string what, double value, string range) => FormattableString.Invariant($"{what}: {value} is not within {range}");
}
