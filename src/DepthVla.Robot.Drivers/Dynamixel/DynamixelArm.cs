using System.Collections.Immutable;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel.Serial;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>An arm of Dynamixel X-series motors on one serial bus.</summary>
/// <remarks>
/// A thread of its own talks to the motors: in every period one question that tells them all their goals, and one that asks them all where they are.
/// Until the first command, and when commands stop coming, the goals stay as they are.
/// The arm fails when the port is gone, a motor reports a hardware error, does not answer several times in a row, or was stopped or restarted without
/// us. Then <see cref="Fault"/> says why, the states grow old and the bus falls silent, so that the motors' own watchdogs stop them. Nothing goes on by
/// itself: somebody should look, and open the arm anew.
/// An arm that is let go is limp and falls unless somebody holds it, until it is told otherwise: also when this process is killed, or the port is gone, meanwhile.
/// </remarks>
public sealed class DynamixelArm : IRobot
{
    private readonly DynamixelBus _bus;
    private readonly Takeover _takeover;
    private readonly BusCycle _cycle;
    private readonly DynamixelArmOptions _options;
    private readonly MonotonicClock _clock;
    private readonly Latest<JointCommand> _commands = new(default);
    private readonly Latest<MeasuredArm> _measured;
    private readonly Thread _thread;

    // The bus thread's own.
    private long _commandNumber;

    private volatile bool _stopping, _hasPriority;
    private string? _fault;
    private long _cycles, _missed, _skipped, _refused;
    private bool _disposed;

    private DynamixelArm(RobotDescription description, DynamixelBus bus, MotorMap map, DynamixelArmOptions options, MonotonicClock clock)
    {
        (Description, _bus, _options, _clock) = (description, bus, options, clock);
        _takeover = new Takeover(bus, map, options);
        _cycle = new BusCycle(bus, map, options, _takeover.Take());
        try
        {
            // Nobody shall read a state that was never measured.
            MeasuredArm first;
            while (!_cycle.Run(out first)) _missed++;
            _measured = new(first);
        }
        catch
        {
            _takeover.Undo();
            throw;
        }

        _thread = new Thread(Run) { Name = "dynamixel-bus", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public RobotDescription Description { get; }

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _fault);

    /// <inheritdoc/>
    public FreeDrive FreeDrive => FreeDrive.Limp;

    /// <summary>Whether the bus thread runs before all normal threads. Any thread.</summary>
    public bool HasPriority => _hasPriority;

    /// <summary>What the motors of the joints draw, A, signed like their torque; 0 for motors that do not measure it. Any thread; real-time safe.</summary>
    public JointVector Currents => _measured.Read().Currents;

    /// <summary>Cycles since the start. Any thread.</summary>
    public long Cycles => Interlocked.Read(ref _cycles);

    /// <summary>Cycles that lacked an answer. Any thread.</summary>
    public long MissedCycles => Interlocked.Read(ref _missed);

    /// <summary>Periods that went by without a cycle because one before took too long. Any thread.</summary>
    public long SkippedCycles => Interlocked.Read(ref _skipped);

    /// <summary>Commands that were not a finite number for every joint; the goals before them stayed. Any thread.</summary>
    public long RefusedCommands => Interlocked.Read(ref _refused);

    /// <summary>Checks all motors, and takes the arm over where it stands: torque on, watchdogs armed. Blocks, less than a second if all is well.</summary>
    /// <remarks>A motor in another operating mode is set to position control, which it remembers; nothing else outlasts its power.</remarks>
    /// <param name="description">Joints, limits and geometry; commands are cut to the limits.</param>
    /// <param name="joints">The motors of every joint, by the joints' names; such as <see cref="WidowX250s.Joints"/>.</param>
    /// <param name="options">Port and all else.</param>
    /// <param name="clock">The robot's clock: CLOCK_MONOTONIC, on which the bus thread sleeps.</param>
    /// <exception cref="DynamixelException">
    /// Options, motors or the way they are set cannot be used; all problems are in it. Nothing was written to a motor, unless one refused what it was
    /// told after the check; then those that were limp are limp again.
    /// </exception>
    /// <exception cref="SerialPortException">The port cannot be used.</exception>
    public static DynamixelArm Open(RobotDescription description, ImmutableArray<DynamixelJoint> joints, DynamixelArmOptions options, MonotonicClock clock)
    {
        var (bus, map) = Check(description, joints, options, clock);
        try { return new DynamixelArm(description, bus, map, options, clock); }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <summary>Checks all motors as <see cref="Open"/> does, and asks where they are. Nothing is written to any of them. Blocks.</summary>
    /// <exception cref="DynamixelException">Options, motors or the way they are set cannot be used; all problems are in it.</exception>
    /// <exception cref="SerialPortException">The port cannot be used.</exception>
    public static JointState Inspect(RobotDescription description, ImmutableArray<DynamixelJoint> joints, DynamixelArmOptions options, MonotonicClock clock)
    {
        var (bus, map) = Check(description, joints, options, clock);
        using (bus)
        {
            var (data, answers) = (new byte[map.Motors.Length * ControlTable.PresentSize], new Answer[map.Motors.Length]);
            for (var attempt = 0; attempt < options.MaxMissedCycles; attempt++)
            {
                if (bus.SyncRead(ControlTable.PresentCurrent, ControlTable.PresentSize, map.Ids, data, answers, out var timeNs)) return map.Measure(timeNs, data).State;
            }

            throw new DynamixelException(options.Port, [$"the motors did not say where they are, {options.MaxMissedCycles} times in a row"]);
        }
    }

    private static (DynamixelBus Bus, MotorMap Map) Check(RobotDescription description, ImmutableArray<DynamixelJoint> joints, DynamixelArmOptions options, MonotonicClock clock)
    {
        ImmutableArray<string> problems = [.. options.Problems(), .. MotorMap.TryCreate(description, joints, out var map)];
        if (problems.Length > 0) throw new DynamixelException(options.Port, problems);

        var bus = new DynamixelBus(SerialPort.Open(options.Port, options.BaudRate, clock), clock, options.AnswerTimeoutNs);
        try
        {
            problems = [.. new StartCheck(bus, map!, options).Run()];
            return problems.Length == 0 ? (bus, map!) : throw new DynamixelException(options.Port, problems);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>All positions are of one question to the bus; its time is that of the first motor's answer.</remarks>
    public JointState Read() => _measured.Read().State;

    /// <inheritdoc/>
    /// <remarks>Goes out with the next cycle, unless a newer one has come by then.</remarks>
    public void Write(in JointCommand command) => _commands.Write(in command);

    /// <summary>Ends the traffic and lets the arm go as <see cref="DynamixelArmOptions.AtRelease"/> says, the last command as its goal, or where it is if it was free. Blocks.</summary>
    /// <remarks>
    /// Stop the control loop first. After a fault motors are not told to hold: their watchdogs have stopped them. Torque is switched off as far as they
    /// listen; <see cref="Fault"/> says which do not, unless it says something already.
    /// </remarks>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _stopping = true;
        _thread.Join();
        try
        {
            if (Fault is null)
            {
                TakeCommand();
                if (_cycle.IsLimp) TakeHold();
                _cycle.Send();
            }

            var problems = _takeover.Release(faulted: Fault is not null);
            if (problems.Length > 0) Fail(new DynamixelException(_options.Port, problems));
        }
        catch (Exception e) when (e is SerialPortException or DynamixelException)
        {
            Fail(e);
        }

        _bus.Dispose();
    }

    private void Run()
    {
        try
        {
            _hasPriority = _options.Priority > 0 && FifoScheduling.TryEnter(_options.Priority);
            for (var nextNs = _clock.NowNs; !_stopping; nextNs = After(nextNs))
            {
                MonotonicSleep.Until(nextNs);
                TakeCommand();
                if (_cycle.Run(out var measured)) _measured.Write(in measured);
                else Interlocked.Increment(ref _missed);
                Interlocked.Increment(ref _cycles);
            }
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void TakeCommand()
    {
        var command = _commands.Read(out var number);
        if (number == _commandNumber) return;
        _commandNumber = number;
        if (command.Kind == CommandKind.Free && !_cycle.IsLimp)
        {
            _cycle.IsLimp = true;   // some motors may be, whatever comes of it
            _takeover.LetGo();
        }
        else if (command.Kind != CommandKind.Free && _cycle.IsLimp)
        {
            TakeHold();
        }

        if (command.Kind == CommandKind.Follow && !_cycle.TrySetGoals(command.Positions)) Interlocked.Increment(ref _refused);
    }

    private void TakeHold()
    {
        _cycle.SetGoals(_takeover.Hold());
        _cycle.IsLimp = false;
    }

    // Deadlines lie on a fixed grid. What has passed is skipped and counted, never hurried after.
    private long After(long deadlineNs)
    {
        var periods = Math.Max(1, ((_clock.NowNs - deadlineNs) / _options.PeriodNs) + 1);
        Interlocked.Add(ref _skipped, periods - 1);
        return deadlineNs + (periods * _options.PeriodNs);
    }

    // The first cause counts; what goes wrong after it follows from it.
    private void Fail(Exception failure) => Interlocked.CompareExchange(ref _fault, failure.Message, null);
}
