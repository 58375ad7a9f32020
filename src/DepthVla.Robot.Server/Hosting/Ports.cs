using System.Net.Sockets;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Trust;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>The ports: gRPC over HTTP/2, on a Unix domain socket too if one is named; WebSocket for openpi's clients, if wanted; HTTP/1.1 for probes, metrics and the dashboard. TLS on all where the server has a certificate.</summary>
internal static class Ports
{
    // A raw 640 x 480 frame is 900 KiB: windows of several frames, or the link's round trip sets the pace.
    private const int StreamWindowBytes = 4 << 20;
    private const int ConnectionWindowBytes = 16 << 20;

    // Kestrel pings all quiet connections at once, which robots wait for: seldom, then. A robot whose machine is gone is noticed before (PeerWatch).
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(10);

    // Of each port.
    private const int MaxConnections = 1024;

    // Of each address: as many as a fleet behind a proxy opens at once when it comes back, and then as many as cost a processor less than a hundredth of its time.
    private const int HandshakesAtOnce = 128, HandshakesWaiting = 50;
    private static readonly TimeSpan HandshakeEach = TimeSpan.FromMilliseconds(200);

    // Who begins something and does not finish it holds a connection for so long. A robot's stream may be quiet for as long as it likes: its connection is watched by pings.
    private static readonly TimeSpan TlsPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeadersPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdlePatience = TimeSpan.FromSeconds(120);
    private static readonly MinDataRate BodyRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void AddPorts(this WebApplicationBuilder builder, ServerOptions options, WatchedFiles<ServerIdentity>? identity)
    {
        builder.Services.AddSingleton(services => new HandshakePace(services.GetRequiredService<InferencePulse>(), HandshakesAtOnce, HandshakeEach, HandshakesWaiting));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadersPatience;
            kestrel.Limits.KeepAliveTimeout = IdlePatience;
            kestrel.Limits.MinRequestBodyDataRate = BodyRate; // not of gRPC's streams, which are quiet between observations
            kestrel.Limits.MinResponseDataRate = null; // per connection; the session's send timeout is per stream
            kestrel.Limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
            kestrel.Limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
            kestrel.Limits.Http2.KeepAlivePingDelay = PingAfter;
            kestrel.Limits.Http2.KeepAlivePingTimeout = PingPatience;
            kestrel.Listen(options.Bind, options.GrpcPort, listen =>
            {
                listen.Use(ConnectionUse.Watch(IdlePatience));
                Speak(listen, HttpProtocols.Http2, identity);
            });
            if (options.Socket.Length > 0)
            {
                RemoveIfDead(options.Socket);
                kestrel.ListenUnixSocket(Path.GetFullPath(options.Socket), listen => listen.Protocols = HttpProtocols.Http2);
            }

            if (options.OpenpiPort >= 0)
            {
                kestrel.Listen(options.Bind, options.OpenpiPort, listen =>
                {
                    listen.Use(OpenPiPort.MarkAsync);
                    Speak(listen, HttpProtocols.Http1, identity);
                });
            }

            kestrel.Listen(options.Bind, options.HttpPort, listen => Speak(listen, HttpProtocols.Http1, identity));
        });
    }

    /// <summary>First of all: what comes before it is not seen as a connection's use.</summary>
    public static void UsePorts(this WebApplication app) => app.Use(ConnectionUse.CountAsync);

    private static void Speak(ListenOptions listen, HttpProtocols protocols, WatchedFiles<ServerIdentity>? identity)
    {
        listen.Protocols = protocols;
        listen.Use(new AddressLimit(MaxConnections / 2).Admit);
        if (identity is null) return;

        listen.Use(new TlsHello(TlsPatience, listen.ApplicationServices.GetRequiredService<TimeProvider>()).Admit);
        listen.Use(listen.ApplicationServices.GetRequiredService<HandshakePace>().Admit);
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(identity.Current.ForConnection()), HandshakeTimeout = TlsPatience });
    }

    // A server that was killed leaves its socket; one that lives answers on it.
    private static void RemoveIfDead(string path)
    {
        if (!File.Exists(path)) return;
        using var trying = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try { trying.Connect(new UnixDomainSocketEndPoint(path)); }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused) { File.Delete(path); }
    }
}
