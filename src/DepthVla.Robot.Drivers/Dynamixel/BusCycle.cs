using DepthVla.Robot.Core.Joints;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>What goes over the bus every period: goals out, states in. The bus thread alone; allocates nothing until it fails.</summary>
internal sealed class BusCycle
{
    /// <summary>Every so many cycles watchdogs are read too: a motor that stopped or restarted by itself answers all else as if nothing were wrong.</summary>
    private const int WatchdogEvery = 10;

    private readonly DynamixelBus _bus;
    private readonly MotorMap _map;
    private readonly DynamixelArmOptions _options;
    private readonly int[] _goals;
    private readonly byte[] _data;
    private readonly Answer[] _answers;
    private int _missed, _untilWatchdogs;

    /// <summary>Cycles that begin with <paramref name="goals"/>, ticks.</summary>
    public BusCycle(DynamixelBus bus, MotorMap map, DynamixelArmOptions options, int[] goals)
    {
        (_bus, _map, _options, _goals) = (bus, map, options, goals);
        _data = new byte[goals.Length * ControlTable.PresentSize];
        _answers = new Answer[goals.Length];
    }

    /// <summary>Whether the motors turn freely: then they are told no goals.</summary>
    public bool IsLimp { get; set; }

    /// <summary>Sets what the motors will be told from the next cycle on; rad or m.</summary>
    /// <returns>False where it is not one finite number for each joint; the goals then stay.</returns>
    public bool TrySetGoals(in JointVector positions) => _map.TryGoals(positions, _goals);

    /// <summary>Sets the same in ticks, as the motors have them already.</summary>
    public void SetGoals(ReadOnlySpan<int> ticks) => ticks.CopyTo(_goals);

    /// <summary>Tells the motors their goals.</summary>
    public void Send() => _bus.SyncWrite(ControlTable.GoalPosition, _map.Ids, _goals);

    /// <summary>One cycle.</summary>
    /// <returns>False where an answer is missing; <paramref name="measured"/> is then nothing.</returns>
    /// <exception cref="DynamixelException">The arm cannot be used any more.</exception>
    /// <exception cref="Serial.SerialPortException">Nor can the port.</exception>
    public bool Run(out MeasuredArm measured)
    {
        measured = default;
        if (!IsLimp) Send();
        if (!Ask(ControlTable.PresentCurrent, ControlTable.PresentSize, out var timeNs)) return false;
        measured = _map.Measure(timeNs, _data);

        if (--_untilWatchdogs > 0) return true;
        if (Ask(ControlTable.BusWatchdog, 1, out _))
        {
            _untilWatchdogs = WatchdogEvery;
            CheckWatchdogs();
        }

        return true;
    }

    private bool Ask(ushort address, int length, out long timeNs)
    {
        var complete = _bus.SyncRead(address, length, _map.Ids, _data.AsSpan(0, length * _answers.Length), _answers, out timeNs);
        foreach (var answer in _answers) if (answer.Came && answer.Error.Alert) throw HardwareError();
        _missed = complete ? 0 : _missed + 1;
        return _missed < _options.MaxMissedCycles ? complete : throw Missing();
    }

    private void CheckWatchdogs()
    {
        for (var m = 0; m < _answers.Length; m++)
        {
            if (_data[m] == _options.WatchdogUnits) continue;
            throw Failed(m, _data[m] == ControlTable.WatchdogTripped
                ? $"stopped by itself: no instruction reached it for {_options.BusWatchdog.TotalMilliseconds} ms"
                : "lost its settings: it restarted, as after a dip of its supply");
        }
    }

    private DynamixelException Missing()
    {
        var silent = Enumerable.Range(0, _answers.Length).Where(m => !_answers[m].Done).ToArray();
        return new(_options.Port, [.. silent.Select(m => $"{MotorMap.Name(_map.Motors[m])}: {_missed} times in a row: {_answers[m].Reason}")]);
    }

    private DynamixelException HardwareError()
    {
        var alarmed = Enumerable.Range(0, _answers.Length).Where(m => _answers[m].Came && _answers[m].Error.Alert).ToArray();
        return new(_options.Port, [.. alarmed.Select(m => $"{MotorMap.Name(_map.Motors[m])}: hardware error: {Describe(m)}")]);
    }

    private string Describe(int m)
    {
        Span<byte> status = stackalloc byte[1];
        return _bus.Read(_map.Ids[m], ControlTable.HardwareErrorStatus, status).Done ? ControlTable.DescribeHardwareError(status[0]) : "it does not tell which";
    }

    private DynamixelException Failed(int m, string problem) => new(_options.Port, $"{MotorMap.Name(_map.Motors[m])}: {problem}");
}
