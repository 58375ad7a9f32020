using System.Collections.Immutable;
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
    private readonly string _model;

    private RemotePolicy(Wire.PolicyService.PolicyServiceClient client, string model, PolicyInfo info, MonotonicClock clock) =>
        (_client, _model, Info, _clock) = (client, model, info, clock);

    /// <inheritdoc/>
    public PolicyInfo Info { get; }

    /// <summary>Asks the server what it serves, and takes the first. One attempt.</summary>
    /// <param name="channel">A channel from <see cref="ServiceChannel"/>; stays the caller's.</param>
    /// <param name="clock">The clock of the observations' times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="model">The name of the one to take instead.</param>
    /// <exception cref="ContractRefusedException">No model has that name.</exception>
    /// <exception cref="PolicyUnavailableException">The server is not there, or still loading.</exception>
    /// <exception cref="PolicyServiceException">The server refused.</exception>
    /// <exception cref="MalformedMessageException">The server's answer means nothing.</exception>
    public static async Task<RemotePolicy> ConnectAsync(ChannelBase channel, MonotonicClock clock, CancellationToken cancellationToken, string? model = null)
    {
        var served = await ListAsync(channel, cancellationToken).ConfigureAwait(false);
        return new(new(channel), model ?? "", Named(model, served) ?? served[0].Policy, clock);
    }

    /// <summary>What the server serves, by name and in order; at least one. One attempt.</summary>
    /// <inheritdoc cref="ConnectAsync"/>
    public static async Task<ImmutableArray<(string Name, PolicyInfo Policy)>> ListAsync(ChannelBase channel, CancellationToken cancellationToken)
    {
        var call = new Wire.PolicyService.PolicyServiceClient(channel).GetModelInfoAsync(new(), cancellationToken: cancellationToken);
        var response = await RemoteCall.RunAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
        if (response.Models.Count == 0) return [("", (response.Model ?? new()).ToCore())];   // a server of one model, from before there were names
        return [.. response.Models.Select(one => (one.Name, (one.Model ?? new()).ToCore()))];
    }

    /// <summary>The one of that name; null where none is named.</summary>
    /// <exception cref="ContractRefusedException">None has it.</exception>
    internal static PolicyInfo? Named(string? model, ImmutableArray<(string Name, PolicyInfo Policy)> served)
    {
        if (model is null) return null;
        foreach (var (name, policy) in served) if (name == model) return policy;
        throw PolicyErrors.Translate(PolicyErrors.ModelNotServed(model, served.Select(one => one.Name)));
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
            var call = _client.InferAsync(new() { Observation = message, Model = _model }, cancellationToken: cancellationToken);
            var response = await RemoteCall.RunAsync(call.ResponseAsync, cancellationToken).ConfigureAwait(false);
            return (response.Chunk ?? new()).ToCore();
        }
        catch (PolicyServiceException e) when (e.Status == StatusCode.InvalidArgument)
        {
            throw new InvalidObservationException(e.Violations.IsEmpty ? "observation" : e.Violations[0].Field, e.Message, e);
        }
    }
}
