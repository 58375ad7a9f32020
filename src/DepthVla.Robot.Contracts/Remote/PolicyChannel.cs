using Grpc.Net.Client;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>Opens channels to a policy server with the settings that frames and a lossy link need.</summary>
public static class PolicyChannel
{
    // A chunk with raw depth maps of eight cameras fits.
    private const int MaxReceiveBytes = 32 << 20;

    /// <summary>A channel to <paramref name="address"/>, such as "http://gpu-1:50051". Connects on first use; reuse it, dispose it.</summary>
    /// <remarks>
    /// A lost peer is noticed within 4 s by pings, and a server that comes back is tried again after a second at most; the robot's own
    /// watchdogs are faster and do not rely on either. Proxies from the environment are ignored.
    /// </remarks>
    /// <exception cref="UriFormatException">The address is no URL.</exception>
    public static GrpcChannel Create(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(2),
            EnableMultipleHttp2Connections = true,
        },
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaxReceiveBytes,
        MaxRetryAttempts = null,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(1), // the default grows to two minutes
    });
}
