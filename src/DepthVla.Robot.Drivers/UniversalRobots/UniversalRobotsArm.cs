using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>An arm of Universal Robots' e-Series: its state by RTDE, its motion by a script that the controller runs and this feeds.</summary>
/// <remarks>
/// <para>One thread of its own waits for each state and answers it with the newest command, if there is a new one: no state, no motion. Until the
/// first command the script is told to wait. From then on each message carries a command of the control thread, none is repeated: when the
/// control thread falls silent, the controller's script stops the arm.</para>
/// <para>When anything goes wrong (the safety system stops the arm, a connection ends or falls silent, the script ends), control ends for good:
/// <see cref="Fault"/> says why, states come no more, so that whoever reads them sees them grow old, and commands go nowhere. Only a new
/// start drives the arm again.</para>
/// <para>It brakes when it is disposed of; a stop of its own is a plain one, never an emergency stop.</para>
/// </remarks>
public sealed class UniversalRobotsArm : IRobot
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);   // how late a wish to end is noticed

    // No joint of the series is faster, rad/s: braking takes that by the deceleration at most.
    private const double MaxSpeed = Math.Tau;

    // When a safety stop ends the script, the script's end may be seen before the state that says why.
    private static readonly long ReasonTimeoutNs = 300_000_000;

    private readonly UniversalRobotsOptions _options;
    private readonly MonotonicClock _clock;
    private readonly RtdeClient _rtde;
    private readonly Latest<JointState> _states;
    private readonly Latest<JointCommand> _commands = new(default);
    private readonly Thread _thread;
    private ServoLink? _servo;
    private RtdeSample _sample;      // the driver's thread's, as all below
    private long _sent;              // the number of the last command that went out; 0 before the first
    private string? _scriptEnd;
    private long _scriptEndNs;
    private string? _fault;
    private double _speedScaling = 1;
    private volatile bool _leaving;

    private UniversalRobotsArm(UniversalRobotsOptions options, MonotonicClock clock, RtdeClient rtde, in RtdeSample first)
    {
        (_options, _clock, _rtde, _sample) = (options, clock, rtde, first);
        _states = new(new JointState(clock.NowNs, first.Positions, first.Velocities));
        _thread = new Thread(Run) { IsBackground = true, Name = "universal robots" };
    }

    /// <inheritdoc/>
    public RobotDescription Description => _options.Description;

    /// <summary>The controller's software, such as "5.16.0.0".</summary>
    public string ControllerVersion => _rtde.Version.ToString();

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _fault);

    /// <inheritdoc/>
    public FreeDrive FreeDrive => FreeDrive.Carried;

    /// <summary>The share of the commanded speed that the controller carries out, 0 to 1; below 1 the arm lags. Any thread.</summary>
    public double SpeedScaling => Volatile.Read(ref _speedScaling);

    /// <summary>Connects, checks, and starts the script; the arm stays where it is until the first command.</summary>
    /// <param name="options">Where the arm is, and how it is to be driven.</param>
    /// <param name="clock">The robot's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UniversalRobotsException">The arm cannot be driven; everything that is in the way is listed.</exception>
    public static async Task<UniversalRobotsArm> ConnectAsync(UniversalRobotsOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        using var start = await ArmStart.CheckAsync(options, clock, cancellationToken).ConfigureAwait(false);
        var arm = new UniversalRobotsArm(options, clock, start.TakeRtde(), in start.First);
        arm._thread.Start();   // now, so that states do not pile up while the script starts
        try
        {
            var servo = await start.StartScriptAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref arm._servo, servo);
            return arm.Fault is { } fault ? throw new LinkException(fault) : arm;
        }
        catch (Exception e)
        {
            var faultMeanwhile = arm.Fault;
            arm.Dispose();
            if (e is LinkException) throw new UniversalRobotsException(options.Host, [faultMeanwhile ?? e.Message]);
            throw;
        }
    }

    /// <summary>Connects, checks, and reads where the arm stands. Sends no script: nothing can move.</summary>
    /// <param name="options">Where the arm is, and how it would be driven.</param>
    /// <param name="clock">The robot's clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UniversalRobotsException">The arm cannot be driven; everything that is in the way is listed.</exception>
    public static async Task<JointState> InspectAsync(UniversalRobotsOptions options, MonotonicClock clock, CancellationToken cancellationToken)
    {
        using var start = await ArmStart.CheckAsync(options, clock, cancellationToken).ConfigureAwait(false);
        return new(clock.NowNs, start.First.Positions, start.First.Velocities);
    }

    /// <inheritdoc/>
    public JointState Read() => _states.Read();

    /// <inheritdoc/>
    public void Write(in JointCommand command) => _commands.Write(in command);

    /// <summary>Lets the script brake and end, if it still runs, and closes everything. Waits for that; not real-time safe.</summary>
    public void Dispose()
    {
        _leaving = true;
        _thread.Join();
        _rtde.Dispose();
        _servo?.Dispose();
    }

    private void Run()
    {
        try
        {
            _options.PrepareThread?.Invoke();
            var silenceNs = _options.StateTimeout.Ticks * TimeSpan.NanosecondsPerTick;
            var heardNs = _clock.NowNs;
            while (!_leaving)
            {
                if (Cycle()) heardNs = _clock.NowNs;
                else if (_clock.NowNs - heardNs > silenceNs) throw new LinkException($"the controller sent no new state for {silenceNs / 1_000_000} ms");
                WatchScript();
            }

            Farewell();
        }
        catch (LinkException e)
        {
            End(e.Message);
        }
#pragma warning disable CA1031 // a driver's mistake shall end control of the arm, not the process that reports it
        catch (Exception e)
#pragma warning restore CA1031
        {
            End($"the driver failed: {e}");
        }
    }

    // One state, and the answer to it. False when no new one came.
    private bool Cycle()
    {
        var before = _sample.Timestamp;
        if (!_rtde.TryReceive(Slice, ref _sample) || !(_sample.Timestamp > before)) return false;
        var nowNs = _clock.NowNs;
        if ((ControllerState.SafetyProblem(in _sample) ?? ControllerState.RobotProblem(in _sample)) is { } problem) throw new LinkException(problem);

        Volatile.Write(ref _speedScaling, _sample.SpeedScaling);
        if (_scriptEnd is not null) return true;
        if (Volatile.Read(ref _servo) is { } servo)
        {
            if (ControllerState.ProgramProblem(in _sample) is { } paused) throw new LinkException(paused);
            Answer(servo);
        }

        _states.Write(new JointState(nowNs, _sample.Positions, _sample.Velocities, _rtde.Version.ConvertsCurrents ? _sample.Currents : default));
        return true;
    }

    private void Answer(ServoLink servo)
    {
        try
        {
            var command = _commands.Read(out var number);
            if (number != _sent)
            {
                var target = command.Positions;
                if (command.Kind == CommandKind.Follow && !ServoMessage.CanSend(in target)) throw new LinkException("a command was not six joint positions within what any arm can reach");
                _sent = number;
                servo.Send(Kind(command.Kind), in target);
            }
            else if (_sent == 0)
            {
                servo.Send(ServoKind.Wait);
            }
        }
        catch (LinkException e)
        {
            ScriptEnded(e.Message);
        }
    }

    private static ServoKind Kind(CommandKind command) => command switch
    {
        CommandKind.Follow => ServoKind.Follow,
        CommandKind.Free => ServoKind.Free,
        _ => ServoKind.Wait,
    };

    private void WatchScript()
    {
        if (_scriptEnd is not null)
        {
            if (_clock.NowNs - _scriptEndNs > ReasonTimeoutNs) throw new LinkException(_scriptEnd);
            return;
        }

        try
        {
            if (Volatile.Read(ref _servo) is { } servo && servo.Ended() is { } end) ScriptEnded(servo.Describe(end));
        }
        catch (LinkException e)
        {
            ScriptEnded(e.Message);
        }
    }

    private void ScriptEnded(string why) => (_scriptEnd, _scriptEndNs) = (why, _clock.NowNs);

    private void Farewell()
    {
        if (Volatile.Read(ref _servo) is not { } servo || _scriptEnd is not null) return;
        try
        {
            servo.Send(ServoKind.Goodbye);
            var patience = TimeSpan.FromSeconds(1 + (MaxSpeed / _options.StopDeceleration));
            for (var deadline = _clock.NowNs + (patience.Ticks * TimeSpan.NanosecondsPerTick); _clock.NowNs < deadline;)
            {
                if (servo.Wait(Slice) && servo.Ended() is not null) return;
            }
        }
        catch (LinkException)
        {
            // it ends by itself, which was all that was asked for
        }
    }

    // Closed connections stop the script, whatever else went wrong.
    private void End(string why)
    {
        Volatile.Write(ref _fault, why);
        Volatile.Read(ref _servo)?.Dispose();
        _rtde.Dispose();
        _options.Say?.Invoke($"control of the arm at {_options.Host} ended: {why}");
    }
}
