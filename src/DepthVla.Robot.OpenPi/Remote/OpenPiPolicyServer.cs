using System.Collections.Immutable;
using System.Globalization;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.OpenPi.Remote;

/// <summary>Somebody's server of a policy that speaks openpi's protocol.</summary>
/// <param name="address">Such as "wss://gpu-1:8000".</param>
/// <param name="mapping">What its keys and numbers mean.</param>
/// <param name="arm">The arm that it drives, as far as its limits let it.</param>
/// <param name="credentials">How to know the server and be known to it.</param>
public sealed class OpenPiPolicyServer(string address, PolicyMapping mapping, RobotDescription arm, ServiceCredentials credentials) : IPolicyServer
{
    private int _sessions;

    /// <inheritdoc/>
    public string Address => address;

    /// <inheritdoc/>
    public async Task<PolicyInfo> DescribeAsync(RobotContract? robot, MonotonicClock clock, CancellationToken cancellationToken)
    {
        await using var session = await ConnectAsync([.. robot?.Cameras.Select(camera => camera.Name) ?? []], cancellationToken).ConfigureAwait(false);
        return session.Policy;
    }

    /// <inheritdoc/>
    public async Task<IPolicySession> OpenAsync(RobotContract contract, MonotonicClock clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        var cameras = contract.Cameras.Select(camera => camera.Name).ToImmutableArray();
        var differences = new RobotMessages(mapping, arm, cameras).Differences();
        var session = differences.IsEmpty ? await ConnectAsync(cameras, cancellationToken).ConfigureAwait(false) : null;
        if (session is not null) differences = ContractCheck.Differences(contract, session.Policy);
        if (differences.IsEmpty) return session!;
        if (session is not null) await session.DisposeAsync().ConfigureAwait(false);
        throw PolicyErrors.Translate(PolicyErrors.ContractMismatch(differences));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // every connection is a session's
    }

    private async Task<OpenPiSession> ConnectAsync(ImmutableArray<string> cameras, CancellationToken cancellationToken)
    {
        var messages = new RobotMessages(mapping, arm, cameras);
        var connection = await OpenPiConnection.OpenAsync(address, credentials, cancellationToken).ConfigureAwait(false);
        try
        {
            var policy = Describe(await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false), messages, cameras);
            return new(connection, messages, policy, Interlocked.Increment(ref _sessions).ToString("x8", CultureInfo.InvariantCulture));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Most is the mapping's word: openpi's metadata may say anything, and mostly say nothing.
    private PolicyInfo Describe(Message metadata, RobotMessages messages, ImmutableArray<string> cameras) => new()
    {
        Name = Said(metadata, "name", "openpi"), ModelHash = Said(metadata, "model_hash", "unknown"), NormalizationHash = "unknown",
        Parameters = 0, Trained = true, Precision = "unknown", Device = "unknown",
        Cameras = cameras, Joints = [.. arm.Joints.Select(joint => new PolicyJoint(joint.Name, joint.Unit))],
        Horizon = messages.Horizon, StepRateHz = mapping.StepRateHz, Actions = mapping.Representation, Dims = messages.Dims, ExecuteSteps = mapping.ExecuteSteps, HasDepth = false,
    };

    private static string Said(Message metadata, string key, string otherwise)
    {
        try { return metadata.Has(key) && metadata.Text(key) is { Length: > 0 and <= 128 } said ? string.Concat(said.Where(c => !char.IsControl(c))) : otherwise; }
        catch (InvalidMessageException) { return otherwise; }
    }
}
