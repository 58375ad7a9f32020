using System.Buffers.Binary;
using System.Globalization;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>Looks at every motor before anything is written to one, and says everything that is wrong.</summary>
internal sealed class StartCheck(DynamixelBus bus, MotorMap map, DynamixelArmOptions options)
{
    private const int Attempts = 3;

    // A shadow is bolted to the same axis; further apart than this the two would pull at each other. rad.
    private const double ShadowTolerance = 0.05;

    // How much less than its joint a motor may travel: as much as rounding takes. Ticks.
    private const int TravelTolerance = 8;

    private readonly List<string> _problems = [];
    private readonly int?[] _positions = new int?[map.Motors.Length];

    /// <summary>Asks all motors all questions. Blocks; allocates. Leaves the bus at another speed where something is missing.</summary>
    /// <returns>What is wrong, motor by motor; nothing when the arm can be used.</returns>
    public IReadOnlyList<string> Run()
    {
        var missing = new List<DynamixelMotor>();
        for (var m = 0; m < map.Motors.Length; m++)
        {
            var motor = map.Motors[m];
            ushort number = 0;
            byte firmware = 0;
            if (Try(() => bus.Ping((byte)motor.Id, out number, out firmware)).Done) CheckKind(m, number, firmware);
            else missing.Add(motor);
        }

        CheckShadows();
        LookElsewhere(missing);
        return _problems;
    }

    private void CheckKind(int m, ushort number, byte firmware)
    {
        var motor = map.Motors[m];
        var model = motor.Models.FirstOrDefault(k => k.Number == number);
        if (model is null)
        {
            // Another kind has another control table: what it would say to the questions below means nothing.
            Add(motor, $"is model {number}, expected {string.Join(" or ", motor.Models.Select(k => $"{k.Name} ({k.Number})"))}");
            return;
        }

        if (firmware < ControlTable.WatchdogFirmware)
        {
            Add(motor, $"firmware {firmware} has no bus watchdog; update it to {ControlTable.WatchdogFirmware} or newer");
        }

        CheckSettings(m, model);
    }

    private void CheckSettings(int m, MotorModel model)
    {
        var motor = map.Motors[m];
        byte[] modes = new byte[3], limits = new byte[8], power = new byte[3], present = new byte[4];
        byte[] torque = new byte[1], level = new byte[1], hardware = new byte[1];
        (ushort Address, byte[] Data)[] questions =
        [
            (ControlTable.DriveMode, modes), (ControlTable.MaxPositionLimit, limits), (ControlTable.TorqueEnable, torque),
            (ControlTable.StatusReturnLevel, level), (ControlTable.HardwareErrorStatus, hardware), (ControlTable.PresentInputVoltage, power),
            (ControlTable.PresentPosition, present),
        ];
        foreach (var (address, data) in questions)
        {
            var answer = Try(() => bus.Read((byte)motor.Id, address, data));
            if (answer.Done) continue;
            Add(motor, answer.Came
                ? $"does not tell what is at address {address}: {answer.Reason}"
                : "answers pings, but nothing else; set its status return level to 2");
            return;
        }

        var position = BinaryPrimitives.ReadInt32LittleEndian(present);
        var (highest, lowest) = (BinaryPrimitives.ReadInt32LittleEndian(limits), BinaryPrimitives.ReadInt32LittleEndian(limits.AsSpan(4)));
        _positions[m] = position;
        map.Found(m, model, lowest, highest);

        CheckModes(m, modes[0], modes[1], modes[2], torque[0] != 0);
        if (level[0] != 2) Add(motor, $"status return level is {level[0]}; set it to 2");
        if (hardware[0] != 0) Add(motor, $"hardware error: {ControlTable.DescribeHardwareError(hardware[0])}; find out why, then restart the motor");
        var volts = BinaryPrimitives.ReadUInt16LittleEndian(power) * ControlTable.VoltageUnit;
        if (volts < options.MinVoltage) Add(motor, Invariant($"{volts:0.0} V are less than {options.MinVoltage:0.0} V"));
        if (power[2] > options.MaxTemperature) Add(motor, Invariant($"{power[2]} °C are more than {options.MaxTemperature:0} °C"));

        var (low, high) = map.Travel(m);
        if (lowest > low + TravelTolerance || highest < high - TravelTolerance)
        {
            Add(motor, $"its position limits are {lowest} to {highest} ticks, but the joint needs {low} to {high}");
        }

        if (position < lowest || position > highest)
        {
            Add(motor, $"stands at {position} ticks, outside its position limits {lowest} to {highest}; move it by hand");
        }
    }

    private void CheckModes(int m, byte drive, byte operating, byte secondary, bool torque)
    {
        var (motor, leader) = (map.Motors[m], map.Motors[map.LeaderOf(m)]);
        if ((drive & ControlTable.ReverseMode) != 0 != motor.Reversed)
        {
            Add(motor, $"its drive mode counts {(motor.Reversed ? "forward" : "in reverse")}; set bit 0 to {(motor.Reversed ? 1 : 0)}");
        }

        if ((drive & ControlTable.TorqueOnByGoal) != 0) Add(motor, "its drive mode lets a goal switch torque on; clear bit 3");
        if ((drive & ControlTable.TimeBasedProfile) != 0 && (options.ProfileVelocity > 0 || options.ProfileAcceleration > 0))
        {
            Add(motor, "its drive mode takes profiles for times, not speeds; clear bit 2");
        }

        // Changing the mode needs torque off, and an arm that stands by its torque would fall.
        if (operating != ControlTable.PositionControl && torque)
        {
            Add(motor, $"torque is on in operating mode {operating}; support the arm and switch its torque off");
        }

        if (secondary >= ControlTable.NoSecondaryId) return;
        if (secondary != leader.Id || leader == motor) Add(motor, $"also listens to number {secondary}; set its secondary ID to 255");
        else if (motor.Sign != leader.Sign || motor.ZeroTicks != leader.ZeroTicks)
        {
            Add(motor, $"also listens to number {secondary}, which gets other goals; set its secondary ID to 255");
        }
    }

    private void CheckShadows()
    {
        for (var m = 0; m < map.Motors.Length; m++)
        {
            var leader = map.LeaderOf(m);
            if (_positions[m] is not { } ticks || _positions[leader] is not { } leading) continue;
            var apart = Math.Abs(map.Angle(m, ticks) - map.Angle(leader, leading));
            if (apart > ShadowTolerance)
            {
                Add(map.Motors[m], Invariant($"stands {apart:0.000} rad from {map.Motors[leader].Name}, whose shadow it is; set its homing offset"));
            }
        }
    }

    private void LookElsewhere(List<DynamixelMotor> missing)
    {
        foreach (var motor in missing.Where(m => bus.PingInProtocol1((byte)m.Id)).ToArray())
        {
            Add(motor, "speaks protocol 1.0; set its protocol type to 2");
            missing.Remove(motor);
        }

        foreach (var baud in ControlTable.BaudRates)
        {
            if (missing.Count == 0) return;
            if (baud == options.BaudRate || !TrySetBaud(baud)) continue;
            foreach (var motor in missing.Where(m => bus.Ping((byte)m.Id, out _, out _).Came).ToArray())
            {
                Add(motor, $"answers at {baud} baud, not at {options.BaudRate}");
                missing.Remove(motor);
            }
        }

        foreach (var motor in missing) Add(motor, $"no answer at {options.BaudRate} baud nor at any other; check its number, cable and power");
    }

    private bool TrySetBaud(int baud)
    {
        try { bus.BaudRate = baud; }
        catch (Serial.SerialPortException) { return false; }
        return true;
    }

    private static Answer Try(Func<Answer> ask)
    {
        Answer answer = default;
        for (var attempt = 0; attempt < Attempts && !answer.Came; attempt++) answer = ask();
        return answer;
    }

    private void Add(DynamixelMotor motor, string problem) => _problems.Add($"{MotorMap.Name(motor)}: {problem}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
