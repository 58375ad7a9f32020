using DepthVla.Robot.Core.Realtime;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Drivers.ArmService;

/// <summary>An arm behind an arm service (<c>protos/depthvla/arm/v1/arm.proto</c>): whatever its maker's library speaks.</summary>
/// <remarks>
/// <para>Each state is answered with the newest command, if there is a new one: no state, no motion, and no queue of commands. The service is told how
/// long it may go without a command, and stops the arm by itself after that.</para>
/// <para>When the service ends the call, is lost, falls silent or sends what cannot be, control ends for good: <see cref="Fault"/> says why, states
/// come no more, so that whoever reads them sees them grow old, and commands go nowhere. Only a new start drives the arm again.</para>
/// <para>Reading and writing touch no socket: the call has tasks of its own, which allocate.</para>
/// </remarks>
public sealed class ArmServiceArm : IRobot
{
    // Braking, and the way there and back.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ArmServiceCall _call;
    private readonly ArmServiceOptions _options;
    private readonly MonotonicClock _clock;
    private readonly Latest<JointCommand> _commands = new(default);
    private readonly Latest<JointState> _states;
    private readonly Task _running;
    private volatile bool _leaving;
    private string? _fault;

    private ArmServiceArm(RobotDescription description, ArmServiceCall call, ArmServiceOptions options, MonotonicClock clock, in JointState first)
    {
        (Description, _call, _options, _clock, _states) = (description, call, options, clock, new(first));
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public RobotDescription Description { get; }

    /// <inheritdoc/>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Asks what the arm is, and begins to drive it; it stays where it is until the first command.</summary>
    /// <param name="options">Where the service is.</param>
    /// <param name="clock">The robot's clock.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ArmServiceException">The arm cannot be driven; the message says why. Nothing moved.</exception>
    public static async Task<ArmServiceArm> ConnectAsync(ArmServiceOptions options, MonotonicClock clock, CancellationToken stop)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems) throw new ArmServiceException(options.Address, string.Join("; ", problems));
        var call = new ArmServiceCall(options, clock);
        try
        {
            var description = options.Describe(await call.DescribeAsync(stop).ConfigureAwait(false));
            return new(description, call, options, clock, await call.StartAsync(description.Joints.Length).ConfigureAwait(false));
        }
        catch
        {
            call.Dispose();
            stop.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <inheritdoc/>
    public JointState Read() => _states.Read();

    /// <inheritdoc/>
    /// <remarks>Goes out with the next state, unless a newer one has come by then.</remarks>
    public void Write(in JointCommand command) => _commands.Write(in command);

    /// <summary>Lets the service brake and end the call, as far as it still listens. Waits for that; not real-time safe.</summary>
    public void Dispose()
    {
        _leaving = true;
        _running.Wait(Farewell);
        _call.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await DriveAsync().ConfigureAwait(false);
            await _call.CompleteAsync().ConfigureAwait(false);
            while (await _call.ReceiveAsync(Farewell).ConfigureAwait(false) is not null) { }
        }
        catch (ArmServiceException e)
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

    private async Task DriveAsync()
    {
        var (answered, newestNs, heardNs) = (0L, long.MinValue, _clock.NowNs);
        while (!_leaving)
        {
            var state = await _call.ReceiveAsync(_options.StateTimeout).ConfigureAwait(false) ?? throw new ArmServiceException(_options.Address, "ended the call");
            if (state.TimeNs > newestNs)
            {
                (newestNs, heardNs) = (state.TimeNs, _clock.NowNs);
                _states.Write(in state);
            }
            else if (_clock.NowNs - heardNs > _options.StateTimeout.TotalNanoseconds)
            {
                throw new ArmServiceException(_options.Address, $"sends old states: none newer for {_options.StateTimeout.TotalMilliseconds} ms");
            }

            var command = _commands.Read(out var number);
            if (number == answered) continue;
            answered = number;
            await _call.SendAsync(command.Positions).ConfigureAwait(false);
        }
    }

    // The end of the call stops the arm, whatever else went wrong.
    private void End(string why)
    {
        if (!_leaving) Volatile.Write(ref _fault, why);
        _call.Dispose();
    }
}
