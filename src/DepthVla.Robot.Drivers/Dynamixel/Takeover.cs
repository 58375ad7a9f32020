using System.Buffers.Binary;
using System.Collections.Immutable;
using DepthVla.Robot.Drivers.Dynamixel.Serial;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>Makes motors that passed the check hold where they are, and lets them go again.</summary>
internal sealed class Takeover(DynamixelBus bus, MotorMap map, DynamixelArmOptions options)
{
    private const int Attempts = 3;

    private readonly List<DynamixelMotor> _switchedOn = [];

    /// <summary>Takes the arm where it stands. Blocks; allocates.</summary>
    /// <remarks>
    /// 1. A watchdog that tripped refuses goals: it is cleared, and the very next thing that motor gets is where it is as its goal.
    /// 2. The mode and the profiles are set. The mode only where it differs, which needs torque off; the check saw to that.
    /// 3. Torque is switched on once every motor has its goal. Not before: a shadow may listen to its leader's number too.
    /// 4. The watchdogs are armed, and from here on the bus must not be silent.
    /// </remarks>
    /// <returns>The goals, ticks, in the order of the motors.</returns>
    /// <exception cref="DynamixelException">A motor refused. Those that were limp before are limp again.</exception>
    public int[] Take()
    {
        var goals = new int[map.Motors.Length];
        try
        {
            for (var m = 0; m < goals.Length; m++)
            {
                var motor = map.Motors[m];
                var present = Read(motor, ControlTable.PresentPosition, 4);
                Set(motor, "bus watchdog", ControlTable.BusWatchdog, [0]);                       // 1.
                Set(motor, "goal position", ControlTable.GoalPosition, present);
                goals[m] = BinaryPrimitives.ReadInt32LittleEndian(present);
            }

            foreach (var motor in map.Motors) Configure(motor);                                  // 2.

            goals = Hold();                                                                      // 3.
            foreach (var motor in map.Motors) Set(motor, "bus watchdog", ControlTable.BusWatchdog, [options.WatchdogUnits]); // 4.
            return goals;
        }
        catch
        {
            Undo();
            throw;
        }
    }

    /// <summary>Makes every motor hold where it is, those that are limp too. Blocks; allocates.</summary>
    /// <returns>The goals, ticks, in the order of the motors.</returns>
    /// <exception cref="DynamixelException">A motor refused; those before it hold.</exception>
    public int[] Hold()
    {
        // A new mode may forget the goal, and a motor that was limp may have sunk meanwhile.
        var goals = new int[map.Motors.Length];
        for (var m = 0; m < goals.Length; m++) goals[m] = SetGoal(map.Motors[m]);
        foreach (var motor in map.Motors) SwitchOn(motor);
        return goals;
    }

    /// <summary>Makes every motor limp: the arm falls unless somebody holds it. Blocks.</summary>
    /// <exception cref="DynamixelException">A motor refused; those before it are limp.</exception>
    public void LetGo()
    {
        foreach (var motor in map.Motors) Set(motor, "torque off", ControlTable.TorqueEnable, [0]);
    }

    /// <summary>Makes limp what was limp before, as far as motors still listen. Blocks.</summary>
    public void Undo()
    {
        try
        {
            foreach (var motor in _switchedOn) _ = Try(motor, ControlTable.TorqueEnable, [0]);
        }
        catch (SerialPortException) { /* then something worse is being told already */ }
    }

    /// <summary>Lets the arm go as the options say, as far as motors still listen. Blocks.</summary>
    /// <param name="faulted">Motors of an arm that failed are not told to hold: they were left to their watchdogs, which stopped them.</param>
    /// <returns>Which motors did not do as they were told, and why.</returns>
    public ImmutableArray<string> Release(bool faulted)
    {
        var limp = options.AtRelease == AtRelease.TorqueOff;
        if (faulted && !limp) return [];
        var (address, what) = limp
            ? (ControlTable.TorqueEnable, "did not switch its torque off")
            : (ControlTable.BusWatchdog, "did not switch its watchdog off, which will stop it");

        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var motor in map.Motors)
        {
            var answer = Try(motor, address, [0]);
            if (!answer.Done) problems.Add($"{MotorMap.Name(motor)}: {what}: {answer.Reason}");
        }

        return problems.ToImmutable();
    }

    private void Configure(DynamixelMotor motor)
    {
        if (Read(motor, ControlTable.OperatingMode, 1)[0] != ControlTable.PositionControl)
        {
            Set(motor, "operating mode", ControlTable.OperatingMode, [ControlTable.PositionControl]);
        }

        Span<byte> profile = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(profile, Units(options.ProfileAcceleration, ControlTable.ProfileAccelerationUnit));
        BinaryPrimitives.WriteInt32LittleEndian(profile[4..], Units(options.ProfileVelocity, ControlTable.VelocityUnit));
        Set(motor, "profile acceleration and velocity", ControlTable.ProfileAcceleration, profile);
    }

    // 0 means no limit, so the least limit is 1.
    private static int Units(double value, double unit) => value == 0 ? 0 : Math.Max(1, (int)Math.Round(value / unit));

    private int SetGoal(DynamixelMotor motor)
    {
        // One that already holds keeps its goal of before: measuring it anew would give way to gravity a little, again and again.
        var held = Read(motor, ControlTable.TorqueEnable, 1)[0] != 0;
        var goal = Read(motor, held ? ControlTable.GoalPosition : ControlTable.PresentPosition, 4);
        if (!held) Set(motor, "goal position", ControlTable.GoalPosition, goal);
        return BinaryPrimitives.ReadInt32LittleEndian(goal);
    }

    private void SwitchOn(DynamixelMotor motor)
    {
        if (Read(motor, ControlTable.TorqueEnable, 1)[0] != 0) return;
        _switchedOn.Add(motor);
        Set(motor, "torque", ControlTable.TorqueEnable, [1]);
    }

    private byte[] Read(DynamixelMotor motor, ushort address, int size)
    {
        var (data, answer) = (new byte[size], default(Answer));
        for (var attempt = 0; attempt < Attempts && !answer.Came; attempt++) answer = bus.Read((byte)motor.Id, address, data);
        return answer.Done ? data : throw Refused(motor, $"does not tell what is at address {address}", answer);
    }

    private void Set(DynamixelMotor motor, string what, ushort address, ReadOnlySpan<byte> data)
    {
        if (Try(motor, address, data) is { Done: false } answer) throw Refused(motor, $"does not take its {what}", answer);
    }

    private Answer Try(DynamixelMotor motor, ushort address, ReadOnlySpan<byte> data)
    {
        Answer answer = default;
        for (var attempt = 0; attempt < Attempts && !answer.Came; attempt++) answer = bus.Write((byte)motor.Id, address, data);
        return answer;
    }

    private DynamixelException Refused(DynamixelMotor motor, string what, Answer answer) =>
        new(options.Port, $"{MotorMap.Name(motor)}: {what}: {answer.Reason}");
}
