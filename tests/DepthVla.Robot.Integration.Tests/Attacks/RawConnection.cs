using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Integration.Tests.Attacks;

/// <summary>A client that sends bytes, whatever they mean, says that it has no more, and reads until the server has no more either.</summary>
internal static class RawConnection
{
    private const int Kept = 1 << 16;

    /// <summary>The reply, as far as it is of interest.</summary>
    /// <exception cref="TimeoutException">The server neither answered nor closed.</exception>
    public static async Task<byte[]> SendAsync(int port, byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = new CancellationTokenSource(Programs.RunningProgram.Patience);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), patience.Token);
        var (reply, length) = (new byte[4096], 0);
        try
        {
            var sending = SendAllAsync(socket, bytes, patience.Token);
            while (await socket.ReceiveAsync(reply.AsMemory(Math.Min(length, Kept)), SocketFlags.None, patience.Token) is var read and > 0)
            {
                length = Math.Min(length + read, Kept);
                if (length == reply.Length) Array.Resize(ref reply, Math.Min(2 * reply.Length, Kept + 4096));
            }

            await sending;
        }
        catch (SocketException)
        {
            // refused by a reset
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("the server neither answered nor closed the connection");
        }

        return reply[..length];
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken patience)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, patience)..];
        socket.Shutdown(SocketShutdown.Send);
    }
}
