using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using Grpc.Net.Client;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>depthvla-server, by gRPC.</summary>
/// <param name="address">As <see cref="ServiceChannel.Create"/> takes it.</param>
/// <param name="credentials">How to know it, and be known.</param>
public sealed class GrpcPolicyServer(string address, ServiceCredentials credentials) : IPolicyServer
{
    private readonly GrpcChannel _channel = ServiceChannel.Create(address, credentials);

    /// <inheritdoc/>
    public string Address => address;

    /// <inheritdoc/>
    public async Task<PolicyInfo> DescribeAsync(RobotContract? robot, MonotonicClock clock, CancellationToken cancellationToken) =>
        (await RemotePolicy.ConnectAsync(_channel, clock, cancellationToken).ConfigureAwait(false)).Info;

    /// <inheritdoc/>
    public async Task<IPolicySession> OpenAsync(RobotContract contract, MonotonicClock clock, CancellationToken cancellationToken) =>
        await PolicySession.OpenAsync(_channel, contract, clock, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
