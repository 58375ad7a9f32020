using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Simulation.Arms;
using DepthVla.Robot.Simulation.MuJoCo;
using DepthVla.Robot.Simulation.Realtime;
using DepthVla.Robot.Simulation.Referee;
using DepthVla.Robot.Simulation.Worlds;

namespace DepthVla.Robot.Simulation;

/// <summary>The arm on the table as a robot: physics on a thread of its own, 500 steps a second by the clock.</summary>
/// <remarks>
/// The thread takes the newest command before each step and publishes the newest state after it. Until the first command comes, and after
/// a reset, the arm holds where it was put; when commands stop coming, it holds the last. A command that is not a finite number for
/// every joint is refused and counted. A late thread catches up at most <see cref="MaxCatchUp"/> steps; see <see cref="DroppedSteps"/>.
/// </remarks>
public sealed class SimulatedArm : IRobot
{
    /// <summary>The most steps made good at once by a thread that is late.</summary>
    public const int MaxCatchUp = 5;

    private readonly TabletopPhysics _physics;
    private readonly PhysicsLog _log;
    private readonly MonotonicClock _clock;
    private readonly IDeadline _deadline;
    private readonly StepSchedule _schedule = new(TabletopPhysics.StepNs, MaxCatchUp);
    private readonly Latest<JointCommand> _commands;
    private readonly Latest<JointState> _states;
    private readonly Latest<SceneState> _scenes;
    private readonly Requests<TabletopPhysics> _requests = new();
    private readonly Thread _thread;

    // The physics thread's own.
    private JointVector _goal;
    private JointVector _commanded;
    private long _commandNumber;
    private int _episode;
    private CommandKind _kind;

    private int _priority;
    private volatile bool _stopping, _hasPriority;
    private Exception? _fault;
    private long _refused;

    /// <summary>Takes over <paramref name="physics"/>, which it alone steps from now on; <see cref="Start"/> sets it going.</summary>
    public SimulatedArm(TabletopPhysics physics, PhysicsLog log, MonotonicClock clock, IDeadline deadline)
    {
        (_physics, _log, _clock, _deadline) = (physics, log, clock, deadline);
        var now = clock.NowNs;
        _goal = _commanded = physics.Start;
        _commands = new(new JointCommand(now, _goal));
        _states = new(physics.Measure(now));
        _scenes = new(physics.Scene(now));
        _thread = new Thread(Run) { Name = "sim-physics", IsBackground = true };
    }

    /// <inheritdoc/>
    public RobotDescription Description => Wx250s.Description;

    /// <inheritdoc/>
    public FreeDrive FreeDrive => FreeDrive.Carried;

    /// <summary>Steps that the world never made because the thread was too late; its time stood still for them. Any thread.</summary>
    public long DroppedSteps => _schedule.Dropped;

    /// <summary>Commands that were not a finite number for every joint. Any thread.</summary>
    public long RefusedCommands => Interlocked.Read(ref _refused);

    /// <summary>Whether the physics runs before all normal threads, so that a busy machine does not make it late. Any thread.</summary>
    public bool HasPriority => _hasPriority;

    /// <summary>What ended the physics, or null while it runs; the states then grow old. Any thread.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    internal bool IsRunning => _thread.IsAlive;

    /// <summary>Sets the physics going.</summary>
    /// <param name="priority">SCHED_FIFO priority to ask for, 1 to 99, or 0 for a normal thread; see <see cref="HasPriority"/>.</param>
    public void Start(int priority = 0)
    {
        _priority = priority;
        _schedule.Start(_clock.NowNs);
        _thread.Start();
    }

    /// <inheritdoc/>
    public JointState Read() => _states.Read();

    /// <inheritdoc/>
    public void Write(in JointCommand command) => _commands.Write(command);

    /// <summary>The newest positions of everything on the table, for drawing. Any thread; real-time safe.</summary>
    public SceneState Scene() => _scenes.Read();

    /// <summary>Lays out a scene anew, the arm too. Commands written before are forgotten: the arm holds where it was put until the next.</summary>
    /// <remarks>
    /// Once this has ended, states and scenes are of the new world. The arm jumps, as no real one can: stop the control loop first. See
    /// <see cref="TabletopPhysics.Reset(TabletopScene, int)"/>.
    /// </remarks>
    public Task ResetAsync(TabletopScene scene, int seed) => InvokeAsync(physics =>
    {
        physics.Reset(scene, seed);
        _ = _commands.Read(out _commandNumber);
        _goal = _commanded = physics.Start;
        _kind = CommandKind.Follow;
        _episode++;

        // Whoever waited for this must find the new world, not the last step of the old one. Laying out took time, but dropped no step.
        var now = _clock.NowNs;
        _states.Write(physics.Measure(now));
        _scenes.Write(physics.Scene(now));
        _schedule.Start(now - TabletopPhysics.StepNs);
        return true;
    });

    /// <summary>Runs <paramref name="job"/> on the physics thread between two steps: to read what no camera sees, or to lay out objects.</summary>
    /// <exception cref="ObjectDisposedException">The physics has ended.</exception>
    public Task<T> InvokeAsync<T>(Func<TabletopPhysics, T> job) => _requests.AddAsync(job);

    /// <summary>Ends the thread, waits for it and lets the world go.</summary>
    public void Dispose()
    {
        _stopping = true;
        if (_thread.IsAlive) _thread.Join();
        _requests.End(new ObjectDisposedException(nameof(SimulatedArm)));
        _physics.Dispose();
    }

    /// <summary>One step at <paramref name="timeNs"/>: newest command in, newest state out. Allocates nothing.</summary>
    internal void Step(long timeNs)
    {
        var command = _commands.Read(out var number);
        if (number != _commandNumber) Take(command, number);

        if (_kind == CommandKind.Free) _physics.StepFree();
        else _physics.Step(_goal);

        var state = _physics.Measure(timeNs);
        _states.Write(state);
        _scenes.Write(_physics.Scene(timeNs));
        if (_kind != CommandKind.Follow) return; // what people do with it is not the arm's to answer for
        _log.Add(new PhysicsSample
        {
            TimeNs = timeNs, Episode = _episode, CommandNumber = number, Commanded = _commanded,
            Positions = state.Positions, Velocities = state.Velocities, Tool = _physics.Tool.Position,
        });
    }

    private void Take(in JointCommand command, long number)
    {
        (_commanded, _commandNumber) = (command.Positions, number);
        if (command.Kind != _kind) ChangeTo(command.Kind);
        if (_kind != CommandKind.Follow) return;
        if (TabletopPhysics.Accepts(command.Positions)) _goal = command.Positions;
        else Interlocked.Increment(ref _refused);
    }

    private void ChangeTo(CommandKind kind)
    {
        if (_kind == CommandKind.Free) _goal = _physics.Measure(0).Positions;
        _kind = kind;
        if (kind == CommandKind.Follow) _episode++;
    }

    private void Run()
    {
        try
        {
            _hasPriority = _priority > 0 && FifoScheduling.TryEnter(_priority);
            while (!_stopping)
            {
                _deadline.WaitUntil(_schedule.NextNs);
                _requests.Serve(_physics);
                Step(_schedule.Take(_clock.NowNs));
            }
        }
        catch (Exception fault)
        {
            Volatile.Write(ref _fault, fault);
            _requests.End(fault);
        }
    }
}
