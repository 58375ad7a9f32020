using System.Runtime.CompilerServices;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>A session with depthvla-server, by gRPC.</summary>
/// <remarks>
/// One stream: its observations and chunks are <c>protos/depthvla/policy/v1/policy.proto</c>'s.
/// </remarks>
public sealed class PolicySession : IPolicySession
{
    private readonly AsyncDuplexStreamingCall<Wire.ActRequest, Wire.ActResponse> _call;
    private readonly CancellationTokenSource _closing;
    private readonly MonotonicClock _clock;
    private readonly SemaphoreSlim _posted = new(0); // one for each time _next turns from nothing to something, and one to complete
    private readonly Task _sending;
    private Wire.Observation? _next;
    private bool _completed;
    private bool _disposed;

    private PolicySession(
        AsyncDuplexStreamingCall<Wire.ActRequest, Wire.ActResponse> call, CancellationTokenSource closing, MonotonicClock clock, Wire.SessionAccepted accepted, PolicyInfo policy)
    {
        (_call, _closing, _clock) = (call, closing, clock);
        Id = accepted.SessionId;
        Policy = policy;
        MaxRequestBytes = accepted.MaxRequestBytes;
        PromisedRateHz = accepted.PromisedRateHz;
        ServerUnixTimeNs = accepted.ServerUnixTimeNs;
        _sending = SendAsync();
    }

    /// <summary>The server's name for the session.</summary>
    public string Id { get; }

    /// <summary>The policy that answers.</summary>
    public PolicyInfo Policy { get; }

    /// <inheritdoc/>
    public long ServerUnixTimeNs { get; }

    /// <summary>The largest request that the server reads, bytes.</summary>
    public long MaxRequestBytes { get; }

    /// <summary>So many observations a second will be answered in time.</summary>
    public double PromisedRateHz { get; }

    /// <summary>Opens the stream, offers the contract and waits for the server's word. One attempt.</summary>
    /// <param name="channel">A channel from <see cref="ServiceChannel"/>; stays the caller's.</param>
    /// <param name="contract">What the robot promises and expects.</param>
    /// <param name="clock">The clock of the observations' times.</param>
    /// <param name="cancellationToken">Gives up opening; afterwards it has no effect.</param>
    /// <exception cref="ContractRefusedException">Robot and policy do not fit; lists every difference.</exception>
    /// <exception cref="RobotTakenException">Another stream commands this robot.</exception>
    /// <exception cref="PolicyUnavailableException">The server is not there, loading, draining or full.</exception>
    /// <exception cref="PolicyServiceException">The server refused otherwise.</exception>
    /// <exception cref="MalformedMessageException">The server's answer means nothing, or it accepts a contract that its policy does not fit.</exception>
    public static async Task<PolicySession> OpenAsync(ChannelBase channel, RobotContract contract, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var offer = new Wire.ActRequest { Contract = contract.ToWire() };
        var closing = new CancellationTokenSource();
        var call = new Wire.PolicyService.PolicyServiceClient(channel).Act(cancellationToken: closing.Token);
        try
        {
            using var givingUp = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), closing);
            await TryWriteAsync(call, offer, closing.Token).ConfigureAwait(false);
            var any = await RemoteCall.RunAsync(call.ResponseStream.MoveNext(CancellationToken.None), cancellationToken).ConfigureAwait(false);
            var accepted = any ? call.ResponseStream.Current.Accepted : null;
            var checks = new FieldChecks("response");
            checks.That(!string.IsNullOrEmpty(accepted?.SessionId), "accepted", "a session", any ? call.ResponseStream.Current.ResponseCase.ToString() : "the end");
            checks.That(accepted is null || accepted.PromisedRateHz > 0, "accepted.promised_rate_hz", "more than 0", accepted?.PromisedRateHz ?? 0);
            checks.ThrowIfAny();
            var policy = (accepted!.Model ?? new()).ToCore();
            foreach (var different in ContractCheck.Differences(contract, policy)) checks.That(false, $"accepted.model: {different.Field}", different.Actual, different.Expected);
            checks.ThrowIfAny(); // a server that accepts what does not fit would steer other joints than it means
            return new(call, closing, clock, accepted, policy);
        }
        catch
        {
            call.Dispose();
            closing.Dispose();
            throw;
        }
    }

    /// <summary>Hands over an observation to send as soon as the connection takes it; never waits. The newest wins. After the session's end it does nothing.</summary>
    /// <returns>The sequence number of an observation that was never sent because this one took its place, or null.</returns>
    /// <exception cref="InvalidObservationException">It is larger than the server reads.</exception>
    public long? Post(Observation observation)
    {
        var message = observation.ToWire(Id);
        if (message.CalculateSize() is var bytes && bytes + 64 > MaxRequestBytes) // age and envelope are still to come
        {
            throw new InvalidObservationException("frames", $"{bytes} bytes, and the server reads {MaxRequestBytes}; send smaller frames or JPEG, or raise the server's MaxRequestBytes");
        }

        var displaced = Interlocked.Exchange(ref _next, message);
        if (displaced is null) _posted.Release();
        return displaced?.Sequence;
    }

    /// <summary>What the server tells, in order, until it or <see cref="CompleteAsync"/> ends the session.</summary>
    /// <param name="cancellationToken">Ends the session.</param>
    /// <exception cref="OperationCanceledException">The token or <see cref="DisposeAsync"/> ended it.</exception>
    /// <exception cref="PolicyUnavailableException">The server or the connection to it is gone.</exception>
    /// <exception cref="PolicyServiceException">The server ended the session.</exception>
    /// <exception cref="MalformedMessageException">The server told something that means nothing; nothing more may be believed of this session.</exception>
    public async IAsyncEnumerable<SessionEvent> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        while (await RemoteCall.RunAsync(_call.ResponseStream.MoveNext(ending.Token), ending.Token).ConfigureAwait(false))
        {
            yield return _call.ResponseStream.Current.ToCore(Id);
        }
    }

    /// <summary>Says that no observation follows: what was posted is still sent and answered, then <see cref="ReceiveAsync"/> ends.</summary>
    public async Task CompleteAsync()
    {
        if (!Interlocked.Exchange(ref _completed, true)) _posted.Release();
        await _sending.ConfigureAwait(false);
    }

    /// <summary>Ends the session at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        _call.Dispose();
        _closing.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _posted.WaitAsync(_closing.Token).ConfigureAwait(false);
                if (Interlocked.Exchange(ref _next, null) is not { } message) break; // completed
                message.AgeNs = Math.Max(0, _clock.NowNs - message.CaptureTimeNs);
                if (!await TryWriteAsync(_call, new() { Observation = message }, _closing.Token).ConfigureAwait(false)) return;
            }

            await _call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or InvalidOperationException or IOException)
        {
            // the stream is over, and the reader hears why
        }
    }

    /// <summary>False when the stream is over; its end, which the reader sees, says why.</summary>
    private static async Task<bool> TryWriteAsync(
        AsyncDuplexStreamingCall<Wire.ActRequest, Wire.ActResponse> call, Wire.ActRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException) // the last when the connection breaks within a write
        {
            return false;
        }
    }
}
