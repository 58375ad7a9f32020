using System.Net.Sockets;
using DepthVla.Robot.Contracts.Trust;
using Grpc.Net.Client;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>Opens channels to a policy server, or to an arm service, with the settings that frames and a lossy link need.</summary>
public static class ServiceChannel
{
    // A chunk with raw depth maps of eight cameras fits.
    private const int MaxReceiveBytes = 32 << 20;

    private const string UnixScheme = "unix:";

    /// <summary>A channel to <paramref name="address"/>, such as "https://gpu-1:50051" or "unix:/run/depthvla.sock". Connects on first use; reuse it, dispose it.</summary>
    /// <param name="address">Where the service is.</param>
    /// <param name="credentials">How to know it and be known; nobody in particular where there are none.</param>
    /// <remarks>
    /// A lost peer is noticed within 4 s by pings, and a server that comes back is tried again after a second at most; the robot's own
    /// watchdogs are faster and do not rely on either. Proxies from the environment are ignored.
    /// </remarks>
    /// <exception cref="UriFormatException">The address is no URL.</exception>
    /// <exception cref="ArgumentException">The credentials may not go there: anybody on the way could take them.</exception>
    public static GrpcChannel Create(string address, ServiceCredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        credentials = Allowed(address, credentials);
        return address.StartsWith(UnixScheme, StringComparison.Ordinal)
            ? ForAddress("http://localhost", credentials, (_, stop) => ConnectAsync(address[UnixScheme.Length..], stop)) : ForAddress(address, credentials, null);
    }

    /// <summary>A plain HTTP client of a server's other port, known and knowing as a channel is.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="credentials">How to know it and be known.</param>
    /// <exception cref="ArgumentException">The credentials may not go there.</exception>
    public static HttpClient CreateHttp(string address, ServiceCredentials credentials) => new(Handler(Allowed(address, credentials), null)) { BaseAddress = new(address) };

    /// <summary>By what a WebSocket to <paramref name="address"/> is opened, known and knowing as a channel is; a token goes as openpi's client says it, "Api-Key".</summary>
    /// <param name="address">Such as "wss://gpu-1:8000".</param>
    /// <param name="credentials">How to know it and be known.</param>
    /// <exception cref="ArgumentException">The credentials may not go there.</exception>
    public static HttpMessageInvoker CreateUpgrade(string address, ServiceCredentials credentials) => new(Handler(Allowed(address, credentials), null, "Api-Key"));

    private static ServiceCredentials Allowed(string address, ServiceCredentials? credentials) => (credentials ??= ServiceCredentials.None).MayGoTo(address)
        ? credentials : throw new ArgumentException($"{address}: credentials go to https:// or wss://, or to this machine itself", nameof(credentials));

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

    private static GrpcChannel ForAddress(
        string address, ServiceCredentials credentials, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = Handler(credentials, connect),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = MaxReceiveBytes,
        MaxRetryAttempts = null,
        InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
        MaxReconnectBackoff = TimeSpan.FromSeconds(1), // the default grows to two minutes
    });

    private static HttpMessageHandler Handler(
        ServiceCredentials credentials, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect, string tokenScheme = "Bearer")
    {
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = connect,
            SslOptions = credentials.ForTls(),
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(2),
            EnableMultipleHttp2Connections = true,
        };
        return credentials.TokenFile.Length > 0 ? new ShownToken(tokenScheme, credentials, sockets) : sockets;
    }
}
