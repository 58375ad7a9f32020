using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Grpc.Core;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>A policy on a server, asked one observation at a time without a session: for tools. Robots use <see cref="PolicySession"/>. Thread-safe.</summary>
public sealed class RemotePolicy : IPolicy
{
    private readonly Wire.PolicyService.PolicyServiceClient _client;
    private readonly MonotonicClock _clock;

    private RemotePolicy(Wire.PolicyService.PolicyServiceClient client, PolicyInfo info, MonotonicClock clock) =>
        (_client, Info, _clock) = (client, info, clock);

    /// <inheritdoc/>
    public PolicyInfo Info { get; }

    /// <summary>Asks the server what it serves. One attempt.</summary>
    /// <param name="channel">A channel from <see cref="ServiceChannel"/>; stays the caller's.</param>
    /// <param name="clock">The clock of the observations' times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PolicyUnavailableException">The server is not there, or still loading.</exception>
    /// <exception cref="PolicyServiceException">The server refused.</exception>
    /// <exception cref="MalformedMessageException">The server's answer means nothing.</exception>
    public static async Task<RemotePolicy> ConnectAsync(ChannelBase channel, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var client = new Wire.PolicyService.PolicyServiceClient(channel);
        var response = await RemoteCall.RunAsync(client.GetModelInfoAsync(new(), cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
        return new(client, (response.Model ?? new()).ToCore(), clock);
    }

    /// <inheritdoc/>
    /// <exception cref="PolicyUnavailableException">The server is not there, draining or full.</exception>
    /// <exception cref="PolicyServiceException">The server refused or failed; DEADLINE_EXCEEDED when the budget was spent before inference.</exception>
    /// <exception cref="MalformedMessageException">The server's answer means nothing.</exception>
    public async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        var message = observation.ToWire(sessionId: "");
        message.AgeNs = Math.Max(0, _clock.NowNs - observation.CaptureTimeNs);
        try
        {
            var call = _client.InferAsync(new() { Observation = message }, cancellationToken: cancellationToken);
            var response = await RemoteCall.RunAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
            return (response.Chunk ?? new()).ToCore();
        }
        catch (PolicyServiceException e) when (e.Status == StatusCode.InvalidArgument)
        {
            throw new InvalidObservationException(e.Violations.IsEmpty ? "observation" : e.Violations[0].Field, e.Message, e);
        }
    }
}
