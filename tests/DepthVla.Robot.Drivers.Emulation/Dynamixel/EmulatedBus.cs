using System.Diagnostics;

namespace DepthVla.Robot.Drivers.Emulation.Dynamixel;

/// <summary>Motors at the far end of a cable, on a thread of their own.</summary>
internal sealed class EmulatedBus : IDisposable
{
    private readonly PseudoTerminal _cable = new();
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly List<(int Id, int Address, byte[] Data)> _writes = [];
    private volatile bool _stopping;
    private long _instructions;

    public EmulatedBus(params EmulatedMotor[] motors)
    {
        Motors = [.. motors];
        _thread = new Thread(Run) { Name = "emulated-bus", IsBackground = true };
        _thread.Start();
    }

    public List<EmulatedMotor> Motors { get; }

    public string Path => _cable.Path;

    /// <summary>How many sound instructions came.</summary>
    public long Instructions => Interlocked.Read(ref _instructions);

    /// <summary>What happens to bytes on their way to the driver; called for each answer.</summary>
    public Func<byte[], byte[]> Line { get; set; } = bytes => bytes;

    /// <summary>How many times longer than a motor its watchdog waits here: a busy machine is late. 1 at first.</summary>
    public double Patience { get; set; } = 1;

    /// <summary>Whether the adapter sends back what it is given, as cheap ones do.</summary>
    public bool Echoes { get; set; }

    /// <summary>The motors of a WidowX 250s as they come, a little off the middle, limp.</summary>
    public static EmulatedBus WidowX250s() => new([.. Enumerable.Range(1, 9).Select(Motor)]);

    /// <summary>What was written to motors one by one, in order; and by one instruction to all, as id 254.</summary>
    public (int Id, int Address, byte[] Data)[] Writes { get { lock (_lock) return [.. _writes]; } }

    /// <summary>Looks at motors, or does something to them, between two instructions.</summary>
    public T At<T>(Func<EmulatedBus, T> look) { lock (_lock) return look(this); }

    /// <summary>The same.</summary>
    public void Do(Action<EmulatedBus> change) { lock (_lock) change(this); }

    public EmulatedMotor this[int id] => Motors.Single(m => m.Id == id);

    /// <summary>Pulls the plug.</summary>
    public void Unplug() => Dispose();

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        _cable.Dispose();
    }

    private static EmulatedMotor Motor(int id)
    {
        (int Low, int High)[] limits = [(0, 4095), (819, 3345), (819, 3345), (648, 3094), (648, 3094), (0, 4095), (910, 3447), (0, 4095), (0, 4095)];
        var motor = new EmulatedMotor(id, id >= 8 ? 1060 : 1020, position: 2000 + id) { IsReversed = id is 3 or 5 or 7 };
        motor.Set32(48, limits[id - 1].High);
        motor.Set32(52, limits[id - 1].Low);
        if (id is 3 or 5) motor[12] = (byte)(id - 1);
        return motor;
    }

    private void Run()
    {
        List<byte> stream = [];
        while (!_stopping)
        {
            stream.AddRange(_cable.Read(milliseconds: 5));
            lock (_lock)
            {
                foreach (var motor in Motors) motor.Watch((long)(_time.ElapsedMilliseconds / Patience), instruction: false);
                AnswerProtocol1(stream);
                while (PlainProtocol.Take(stream) is { } packet) Obey(packet.Id, packet.Instruction, packet.Parameters);
            }
        }
    }

    private void Obey(int id, int instruction, byte[] p)
    {
        Interlocked.Increment(ref _instructions);
        if (Echoes) _cable.Write(PlainProtocol.Packet(id, instruction, p));
        var line = _cable.BaudRate;
        var alive = Motors.Where(m => m.BaudRate == line && m.Protocol == 2).ToArray();
        foreach (var motor in alive) motor.Watch((long)(_time.ElapsedMilliseconds / Patience), instruction: true);
        var address = p.Length >= 2 ? p[0] + (p[1] << 8) : 0;
        var length = p.Length >= 4 ? p[2] + (p[3] << 8) : 0;
        switch (instruction)
        {
            case 0x01:
                foreach (var motor in alive.Where(m => m.Id == id || id == 254)) Answer(motor, 0, [.. motor.Read(0, 2).Data, (byte)motor.Firmware]);
                break;
            case 0x02:
                foreach (var motor in alive.Where(m => m.Id == id)) if (motor[68] >= 1) Answer(motor, motor.Read(address, length));
                break;
            case 0x03:
                _writes.Add((id, address, p[2..]));
                foreach (var motor in alive.Where(m => m.Hears(id)))
                {
                    var error = motor.Write(address, p[2..]);
                    if (motor.Id == id && motor[68] == 2) Answer(motor, error, []);
                }
                break;
            case 0x82:
                foreach (var each in p[4..]) foreach (var motor in alive.Where(m => m.Id == each)) Answer(motor, motor.Read(address, length));
                break;
            case 0x83:
                _writes.Add((254, address, p[4..]));
                foreach (var part in p[4..].Chunk(1 + length)) foreach (var motor in alive.Where(m => m.Hears(part[0]))) motor.Write(address, part[1..]);
                break;
        }
    }

    private void Answer(EmulatedMotor motor, (byte Error, byte[] Data) answer) => Answer(motor, answer.Error, answer.Data);

    private void Answer(EmulatedMotor motor, byte error, byte[] data)
    {
        if (motor.IsSilent) return;
        var alert = motor[70] != 0 ? 0x80 : 0;
        _cable.Write(Line(PlainProtocol.Packet(motor.Id, 0x55, [(byte)(error | alert), .. data])));
    }

    // FF FF id 02 01 checksum, which is no header of the newer protocol.
    private void AnswerProtocol1(List<byte> stream)
    {
        if (stream is not [0xFF, 0xFF, var id and not 0xFD, 2, 1, _]) return;
        stream.Clear();
        foreach (var _ in Motors.Where(m => m.Id == id && m.Protocol == 1 && m.BaudRate == _cable.BaudRate && !m.IsSilent))
        {
            _cable.Write([0xFF, 0xFF, id, 2, 0, (byte)~(id + 2)]);
        }
    }
}
