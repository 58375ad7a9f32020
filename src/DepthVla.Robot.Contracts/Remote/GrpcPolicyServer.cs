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
    public async Task<PolicyInfo> DescribeAsync(RobotContract? robot, MonotonicClock clock, CancellationToken cancellationToken)
    {
        var served = await RemotePolicy.ListAsync(_channel, cancellationToken).ConfigureAwait(false);
        if (RemotePolicy.Named(robot?.Model, served) is { } named) return named;
        foreach (var (_, policy) in served) if (robot is not null && Fits(robot, policy)) return policy;
        return served[0].Policy;
    }

    /// <inheritdoc/>
    public async Task<IPolicySession> OpenAsync(RobotContract contract, MonotonicClock clock, CancellationToken cancellationToken) =>
        await PolicySession.OpenAsync(_channel, contract, clock, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    // As the server will choose, once the rates that are left to the policy are its own.
    private static bool Fits(RobotContract robot, PolicyInfo policy) => ContractCheck.Differences(robot with
    {
        StepRateHz = robot.StepRateHz == 0 ? policy.StepRateHz : robot.StepRateHz, ObservationRateHz = robot.ObservationRateHz == 0 ? policy.StepRateHz : robot.ObservationRateHz,
    }, policy).IsEmpty;
}
