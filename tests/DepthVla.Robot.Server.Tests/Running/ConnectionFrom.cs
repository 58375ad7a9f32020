using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>A client at an address of its own choice: all of 127.0.0.0/8 is this machine.</summary>
internal static class ConnectionFrom
{
    public static async Task<Socket> AddressAsync(IPAddress from, IPEndPoint to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(to, TestContext.Current.CancellationToken);
        return socket;
    }
}
