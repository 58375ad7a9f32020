using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Integration.Tests.Programs;

/// <summary>Ports that nobody had a moment ago.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
