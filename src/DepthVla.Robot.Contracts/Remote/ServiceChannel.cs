using System.Net.Sockets;
using Grpc.Net.Client;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>Opens channels to a policy server, or to an arm service, with the settings that frames and a lossy link need.</summary>
public static class ServiceChannel
{
    // A chunk with raw depth maps of eight cameras fits.
    private const int MaxReceiveBytes = 32 << 20;

    private const string UnixScheme = "unix:";

    /// <summary>A channel to <paramref name="address"/>, such as "http://gpu-1:50051" or "unix:/run/depthvla.sock". Connects on first use; reuse it, dispose it.</summary>
    /// <remarks>
    /// A lost peer is noticed within 4 s by pings, and a server that comes back is tried again after a second at most; the robot's own
    /// watchdogs are faster and do not rely on either. Proxies from the environment are ignored.
    /// </remarks>
    /// <exception cref="UriFormatException">The address is no URL.</exception>
    public static GrpcChannel Create(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.StartsWith(UnixScheme, StringComparison.Ordinal)
            ? ForAddress("http://localhost", (_, stop) => ConnectAsync(address[UnixScheme.Length..], stop)) : ForAddress(address, null);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static GrpcChannel ForAddress(string address, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = connect,
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
