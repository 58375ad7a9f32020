using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using Grpc.Net.Client;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>The servers that a robot may turn to, one after the other and round again. The link's thread alone turns; any thread may ask where.</summary>
internal sealed class PolicyEndpoints : IDisposable
{
    private readonly (string Address, GrpcChannel Channel)[] _all;
    private int _current;

    /// <param name="addresses">At least one; the first is tried first.</param>
    /// <param name="credentials">How to know each, and be known.</param>
    public PolicyEndpoints(IEnumerable<string> addresses, ServiceCredentials credentials) => _all = [.. addresses.Select(address => (address, ServiceChannel.Create(address, credentials)))];

    /// <summary>Whether there is another to turn to.</summary>
    public bool HasOthers => _all.Length > 1;

    /// <summary>Where the current one is.</summary>
    public string Address => _all[Volatile.Read(ref _current)].Address;

    /// <summary>To the current one.</summary>
    public GrpcChannel Channel => _all[_current].Channel;

    /// <summary>Turns to the next; the same again where it is the only one.</summary>
    public void TurnToNext() => Volatile.Write(ref _current, (_current + 1) % _all.Length);

    public void Dispose()
    {
        foreach (var (_, channel) in _all) channel.Dispose();
    }
}
