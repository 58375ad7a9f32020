using System.Buffers.Binary;

namespace DepthVla.Robot.Drivers.Emulation.Dynamixel;

/// <summary>A motor with a control table, which goes where it is told at once. After the ROBOTIS e-manual's XM430-W350.</summary>
internal sealed class EmulatedMotor
{
    private const int DriveMode = 10, SecondaryId = 12, Torque = 64, Watchdog = 98, Goal = 116, Velocity = 128, Position = 132;

    private readonly byte[] _table = new byte[148];
    private long _lastInstructionMs;

    public EmulatedMotor(int id, int model, int position)
    {
        Id = id;
        (Model, Firmware) = (model, 45);
        this[11] = 3;
        this[SecondaryId] = 255;
        this[13] = 2;
        this[68] = 2;
        Set32(48, 4095);
        Set32(Goal, -7777); // whatever it was: it must not be gone to
        Set32(Position, position);
        Set16(144, 120);
        this[146] = 35;
    }

    public int Id { get; }

    public int BaudRate { get; set; } = 1_000_000;

    public int Model { get => BinaryPrimitives.ReadUInt16LittleEndian(_table); set => Set16(0, value); }

    public int Firmware { get => this[6]; set => this[6] = (byte)value; }

    public int Protocol { get => this[13]; set => this[13] = (byte)value; }

    public bool IsSilent { get; set; }

    public bool RefusesTorque { get; set; }

    public bool IsTorqueOn => this[Torque] == 1;

    public int WatchdogUnits { get => this[Watchdog]; set => this[Watchdog] = (byte)value; }

    public int GoalTicks => Get32(Goal);

    public int Ticks { get => Get32(Position); set => Set32(Position, value); }

    public int VelocityUnits { set => Set32(Velocity, value); }

    public byte this[int address] { get => _table[address]; set => _table[address] = value; }

    public int Get32(int address) => BinaryPrimitives.ReadInt32LittleEndian(_table.AsSpan(address));

    public void Set16(int address, int value) => BinaryPrimitives.WriteInt16LittleEndian(_table.AsSpan(address), (short)value);

    public void Set32(int address, int value) => BinaryPrimitives.WriteInt32LittleEndian(_table.AsSpan(address), value);

    /// <summary>Whether it does what is written to number <paramref name="id"/>; it answers to its own alone.</summary>
    public bool Hears(int id) => id == Id || id == this[SecondaryId];

    /// <summary>Time goes by; any instruction on the bus, whoever it is for, keeps the watchdog quiet.</summary>
    public void Watch(long nowMs, bool instruction)
    {
        if (IsTorqueOn && WatchdogUnits is > 0 and < 128 && nowMs - _lastInstructionMs > 20 * WatchdogUnits) WatchdogUnits = 255;
        if (instruction) _lastInstructionMs = nowMs;
    }

    public (byte Error, byte[] Data) Read(int address, int length) =>
        address + length <= _table.Length ? ((byte)0, _table[address..(address + length)]) : ((byte)7, []);

    /// <summary>The error number; 0 when it was taken.</summary>
    public byte Write(int address, byte[] data)
    {
        if (address + data.Length > _table.Length || (address < Torque && IsTorqueOn) || address is Velocity or Position) return 7;
        if (address == Goal)
        {
            if (WatchdogUnits == 255) return 4;
            var goal = BinaryPrimitives.ReadInt32LittleEndian(data);
            if (goal < Get32(52) || goal > Get32(48)) return 6;
        }

        if (address == Torque && RefusesTorque) return 4;
        if (address == Watchdog && data[0] > 127) return 4;
        data.CopyTo(_table, address);
        if (IsTorqueOn && WatchdogUnits != 255) Ticks = GoalTicks;
        return 0;
    }

    /// <summary>As after its supply was gone for a moment.</summary>
    public void Restart() => (this[Torque], WatchdogUnits) = (0, 0);

    public bool IsReversed { set => this[DriveMode] = (byte)(value ? this[DriveMode] | 1 : this[DriveMode] & ~1); }
}
