using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.OpenPi.Remote;

namespace DepthVla.Robot.Daemon.Link;

/// <summary>The servers that a robot may turn to, one after the other and round again. The link's thread alone turns; any thread may ask where.</summary>
internal sealed class PolicyEndpoints : IDisposable
{
    private readonly IPolicyServer[] _all;
    private int _current;

    /// <param name="servers">At least one; the first is tried first. Disposed with this.</param>
    public PolicyEndpoints(IEnumerable<IPolicyServer> servers) => _all = [.. servers];

    /// <summary>Whether there is another to turn to.</summary>
    public bool HasOthers => _all.Length > 1;

    /// <summary>Where the current one is.</summary>
    public string Address => _all[Volatile.Read(ref _current)].Address;

    /// <summary>The current one.</summary>
    public IPolicyServer Current => _all[_current];

    /// <summary>A server of the options, by the protocol that its address says.</summary>
    /// <param name="address">One of the options' servers.</param>
    /// <param name="options">With a mapping where one is needed.</param>
    /// <param name="arm">As it is driven; null where that is not known, for a server that does without.</param>
    public static IPolicyServer Of(string address, DaemonOptions options, RobotDescription? arm) =>
        Addresses.IsOpenPi(address) ? new OpenPiPolicyServer(address, options.OpenpiMapping!, arm!, options.Credentials) : new GrpcPolicyServer(address, options.Credentials);

    /// <summary>Turns to the next; the same again where it is the only one.</summary>
    public void TurnToNext() => Volatile.Write(ref _current, (_current + 1) % _all.Length);

    public void Dispose()
    {
        foreach (var server in _all) server.Dispose();
    }
}
