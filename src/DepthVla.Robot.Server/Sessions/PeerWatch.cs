using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace DepthVla.Robot.Server.Sessions;

/// <summary>Lets Linux notice that a robot's machine is gone, so that what it was promised is free for others. Not of every connection: those of a crowd, all asked after at once, are what robots would wait for.</summary>
internal static class PeerWatch
{
    // linux/tcp.h: for how long what was sent, a probe too, may stay unacknowledged, ms.
    private const int Tcp = 6, TcpUserTimeout = 18;

    private static readonly TimeSpan ProbeAfter = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ProbeEach = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(3);

    /// <summary>Watches the connection of a call from now on.</summary>
    /// <param name="call">Over TCP, or over what has no other machine at its end.</param>
    /// <param name="sendTimeout">After which a client that is there and takes nothing is disconnected with words.</param>
    public static void Begin(HttpContext call, TimeSpan sendTimeout)
    {
        if (call.Features.Get<IConnectionSocketFeature>()?.Socket is not { ProtocolType: ProtocolType.Tcp } socket) return;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)ProbeAfter.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)ProbeEach.TotalSeconds);
            Span<byte> patience = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(patience, (uint)(sendTimeout + Slack).TotalMilliseconds);
            socket.SetRawSocketOption(Tcp, TcpUserTimeout, patience);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // it is gone already
        }
    }
}
