using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using Google.Protobuf.Collections;
using Grpc.Core;
using Grpc.Net.Client;
using Wire = DepthVla.Arm.V1;

namespace DepthVla.Robot.Drivers.ArmService;

/// <summary>The one call that drives an arm: states in, commands out. One caller at a time; whatever goes wrong is an <see cref="ArmServiceException"/>.</summary>
internal sealed class ArmServiceCall : IDisposable
{
    private readonly ArmServiceOptions _options;
    private readonly MonotonicClock _clock;
    private readonly GrpcChannel _channel;
    private readonly Wire.ArmService.ArmServiceClient _client;
    private readonly Wire.DriveRequest _request = new() { Command = new() };
    private AsyncDuplexStreamingCall<Wire.DriveRequest, Wire.DriveResponse>? _call;
    private long _startNs, _sentNs, _takenNs;
    private long? _waitingSinceNs;      // a command that was sent and not taken, as far as we know
    private int _joints;

    public ArmServiceCall(ArmServiceOptions options, MonotonicClock clock)
    {
        (_options, _clock) = (options, clock);
        _channel = ServiceChannel.Create(options.Address);
        _client = new(_channel);
    }

    /// <summary>What the arm is, as the service says.</summary>
    public async Task<RobotDescription> DescribeAsync(CancellationToken stop)
    {
        var response = await OrLost(_client.DescribeAsync(new(), cancellationToken: stop).ResponseAsync, _options.StartTimeout).ConfigureAwait(false);
        try { return (response.Description ?? new()).ToCore(); }
        catch (MalformedMessageException e) { throw new ArmServiceException(_options.Address, e.Message, e); }
    }

    /// <summary>Begins to drive an arm of so many joints. Its first state.</summary>
    public async Task<JointState> StartAsync(int joints)
    {
        (_joints, _call) = (joints, _client.Drive());
        _startNs = _sentNs = _takenNs = _clock.NowNs;
        var start = new Wire.Start { TimeNs = _startNs, CommandTimeoutNs = (long)_options.CommandTimeout.TotalNanoseconds };
        await OrLost(_call.RequestStream.WriteAsync(new() { Start = start }), _options.StartTimeout).ConfigureAwait(false);
        return await ReceiveAsync(_options.StartTimeout).ConfigureAwait(false) ?? throw new ArmServiceException(_options.Address, "ended the call at once");
    }

    /// <summary>The next state; null once the service has ended the call as it was asked to.</summary>
    /// <remarks>
    /// Its time is that of the newest command which the service had when it measured, plus how long after that it measured. A way that takes long, there or
    /// back, makes a state older than it is, never fresher; and states that wait in a queue come as old as they are.
    /// </remarks>
    public async Task<JointState?> ReceiveAsync(TimeSpan timeout)
    {
        if (!await OrLost(_call!.ResponseStream.MoveNext(CancellationToken.None), timeout).ConfigureAwait(false)) return null;
        if (_call.ResponseStream.Current.State is not { } state) throw new ArmServiceException(_options.Address, "sent a response that is no state");
        if (state.CommandTimeNs < _startNs || state.CommandTimeNs > _sentNs || state.ElapsedNs is < 0 or > WireLimits.MaxDurationNs)
            throw new ArmServiceException(_options.Address, $"sent a state of a time that cannot be: {state.ElapsedNs} ns after a command that was never sent");
        if (state.Positions.Count != _joints || state.Velocities.Count != _joints || (state.Efforts.Count != _joints && state.Efforts.Count != 0))
        {
            throw new ArmServiceException(
                _options.Address, $"sent {state.Positions.Count} positions, {state.Velocities.Count} velocities and {state.Efforts.Count} efforts; expected {_joints} of each, or no efforts");
        }

        var (positions, velocities, efforts) = (Vector(state.Positions), Vector(state.Velocities), Vector(state.Efforts));
        if (!positions.IsFinite || !velocities.IsFinite || !efforts.IsFinite) throw new ArmServiceException(_options.Address, "sent a state with a number that is not finite");
        ThrowIfDeaf(state.CommandTimeNs);
        return new(state.CommandTimeNs + state.ElapsedNs, positions, velocities, efforts);
    }

    private static JointVector Vector(RepeatedField<double> values)
    {
        var joints = JointVector.Zero(values.Count);
        for (var i = 0; i < values.Count; i++) joints[i] = values[i];
        return joints;
    }

    /// <summary>Sends a command, and waits until it has left: no second one ever waits behind it here.</summary>
    public async Task SendAsync(JointVector positions)
    {
        if (positions.Count != _joints || !positions.IsFinite) throw new ArmServiceException(_options.Address, $"a command was not {_joints} finite numbers; it was not sent");
        _sentNs = _clock.NowNs;
        _waitingSinceNs ??= _sentNs;
        _request.Command.TimeNs = _sentNs;
        _request.Command.Positions.Clear();
        foreach (var position in positions.AsReadOnlySpan()) _request.Command.Positions.Add(position);
        try { await OrLost(_call!.RequestStream.WriteAsync(_request), _options.StateTimeout).ConfigureAwait(false); }
        catch (ArmServiceException e) when (e.InnerException is InvalidOperationException or IOException)
        {
            while (await OrLost(_call!.ResponseStream.MoveNext(CancellationToken.None), _options.StateTimeout).ConfigureAwait(false)) { } // why it ended stands at its end
            throw;
        }
    }

    /// <summary>Says that no more commands come: the service brakes and ends the call.</summary>
    public Task CompleteAsync() => OrLost(_call!.RequestStream.CompleteAsync(), _options.StateTimeout);

    /// <summary>Ends the call, whatever it is at.</summary>
    public void Dispose()
    {
        _call?.Dispose();
        _channel.Dispose();
    }

    private void ThrowIfDeaf(long takenNs)
    {
        if (takenNs == _sentNs) _waitingSinceNs = null;
        else if (takenNs > _takenNs) _waitingSinceNs = takenNs; // the next was sent soon after
        _takenNs = takenNs;
        if (_clock.NowNs - _waitingSinceNs is { } waitingNs && waitingNs > _options.CommandTimeout.TotalNanoseconds)
            throw new ArmServiceException(_options.Address, $"has taken no command for {waitingNs / 1_000_000} ms though it sends states");
    }

    private async Task<T> OrLost<T>(Task<T> part, TimeSpan timeout)
    {
        await OrLost((Task)part, timeout).ConfigureAwait(false);
        return await part.ConfigureAwait(false);
    }

    private async Task OrLost(Task part, TimeSpan timeout)
    {
        try { await part.WaitAsync(timeout).ConfigureAwait(false); }
        catch (TimeoutException e) { throw new ArmServiceException(_options.Address, $"was silent for {timeout.TotalMilliseconds} ms; see whether it runs, and the network", e); }
        catch (RpcException e) { throw new ArmServiceException(_options.Address, Why(e), e); }
        catch (IOException e) { throw new ArmServiceException(_options.Address, $"was lost: {e.Message}", e); }
        catch (InvalidOperationException e) { throw new ArmServiceException(_options.Address, "has ended the call", e); }
    }

    private string Why(RpcException e) => e.StatusCode switch
    {
        StatusCode.Unavailable => $"cannot be reached, or is gone ({e.Status.Detail}); see whether it runs there",
        StatusCode.Aborted => $"the arm failed: {e.Status.Detail}",
        StatusCode.AlreadyExists => $"somebody else drives the arm ({e.Status.Detail}); end that first",
        StatusCode.FailedPrecondition => $"the arm cannot be driven now: {e.Status.Detail}",
        StatusCode.DeadlineExceeded => $"it got no command for {_options.CommandTimeout.TotalMilliseconds} ms and stopped the arm ({e.Status.Detail})",
        _ => $"{e.StatusCode}: {e.Status.Detail}",
    };
}
