using System.Text;

namespace DepthVla.Robot.Benchmarks.SlowClients;

/// <summary>The server's port that a client comes to, in the order in which it says them.</summary>
internal enum SlowPort
{
    Grpc, Http, OpenPi,
}

/// <summary>A way to hold a connection without getting on.</summary>
/// <param name="Name">For people.</param>
/// <param name="Port">Where it connects.</param>
/// <param name="Tls">Whether it gets as far as TLS.</param>
/// <param name="Opening">What it sends at once.</param>
/// <param name="Drip">What it sends in its nth second, from 0; null when it says no more.</param>
/// <param name="SpeaksHttp2">Whether it answers HTTP/2's pings, as any client's library does.</param>
internal sealed record SlowKind(string Name, SlowPort Port, bool Tls, byte[] Opening, Func<int, byte[]>? Drip = null, bool SpeaksHttp2 = false)
{
    private static readonly byte[] Http2 = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]; // and no settings
    private static readonly byte[] Upgrade = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    /// <summary>Who connects and says no more.</summary>
    internal static SlowKind[] Idle { get; } =
    [
        new("idle: TCP", SlowPort.Grpc, Tls: false, []),
        new("idle: TLS", SlowPort.Grpc, Tls: true, []),
        new("idle: HTTP/2", SlowPort.Grpc, Tls: true, Http2, SpeaksHttp2: true),
        new("idle: HTTP/1.1", SlowPort.Http, Tls: true, []),
        new("idle: WebSocket", SlowPort.OpenPi, Tls: true, Upgrade), // and answers no ping
    ];

    /// <summary>Who sends something every second, and never ends.</summary>
    internal static SlowKind[] Dripping { get; } =
    [
        new("drips: TLS hello", SlowPort.Grpc, Tls: false, [0x16, 0x03, 0x01, 0x40, 0x00], _ => [1]),
        new("drips: HTTP headers", SlowPort.Http, Tls: true, "GET /livez HTTP/1.1\r\nHost: localhost\r\nA: "u8.ToArray(), _ => "a"u8.ToArray()),
        new("drips: HTTP/2 preface", SlowPort.Grpc, Tls: true, [], second => [Http2[Math.Min(second, Http2.Length - 1)]]),
        new("drips: HTTP/2 headers", SlowPort.Grpc, Tls: true, [.. Http2, 0, 4, 0, 1, 4, 0, 0, 0, 1], _ => [0x82]),
        new("drips: Infer's message", SlowPort.Grpc, Tls: true, [.. Http2, .. Call("Infer")], Data, SpeaksHttp2: true),
        new("drips: Act's contract", SlowPort.Grpc, Tls: true, [.. Http2, .. Call("Act")], Data, SpeaksHttp2: true),
        new("drips: WebSocket handshake", SlowPort.OpenPi, Tls: true, Upgrade[..^2], _ => "a"u8.ToArray()),
        new("drips: WebSocket message", SlowPort.OpenPi, Tls: true, Upgrade, second => [(byte)(second == 0 ? 0x02 : 0x00), 0x81, 0, 0, 0, 0, 0x81]),
    ];

    // A message of which a byte comes each second: five bytes of gRPC's, which promise more, then zeros.
    private static byte[] Data(int second) => [0, 0, 1, 0, 0, 0, 0, 0, 1, (byte)(second == 2 ? 1 : 0)];

    // Static names of HPACK (RFC 7541, appendix A) with values as they are.
    private static byte[] Call(string method)
    {
        var path = Encoding.ASCII.GetBytes($"/depthvla.policy.v1.PolicyService/{method}");
        byte[] headers = [0x83, 0x87, 4, (byte)path.Length, .. path, 1, 9, .. "localhost"u8, 0x0F, 16, 16, .. "application/grpc"u8, 0, 2, .. "te"u8, 8, .. "trailers"u8];
        return [0, 0, (byte)headers.Length, 1, 4, 0, 0, 0, 1, .. headers];
    }
}
