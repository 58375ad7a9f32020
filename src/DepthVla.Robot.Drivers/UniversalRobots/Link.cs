using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Drivers.UniversalRobots;

/// <summary>A TCP connection that is waited on and then read or written, never blocked in. One thread.</summary>
/// <remarks>Past connecting nothing here allocates unless it fails: a collection would stop the control thread too.</remarks>
internal sealed class Link : IDisposable
{
    private readonly Socket _socket;
    private readonly string _name;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="name">What to call it in a message.</param>
    public Link(Socket socket, string name)
    {
        (_socket, _name) = (socket, name);
        _socket.NoDelay = true;
        _socket.Blocking = false;
    }

    /// <summary>The address of this computer that the controller sees.</summary>
    public IPAddress LocalAddress
    {
        get
        {
            var address = ((IPEndPoint)_socket.LocalEndPoint!).Address;
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }
    }

    /// <exception cref="LinkException">It cannot be connected to; the message says why.</exception>
    public static async Task<Link> ConnectAsync(string name, string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            await socket.ConnectAsync(host, port, patience.Token).ConfigureAwait(false);
            return new Link(socket, name);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new LinkException($"{name} ({host}:{port}) {Why(e, timeout)}", e);
        }
    }

    /// <summary>Waits until there is something to receive, the end included, or time is up.</summary>
    public bool WaitReadable(TimeSpan timeout) => _socket.Poll(timeout, SelectMode.SelectRead);

    /// <summary>Receives what is there; 0 when nothing is.</summary>
    /// <exception cref="LinkException">The connection ended.</exception>
    public int Receive(Span<byte> into)
    {
        var count = _socket.Receive(into, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when count > 0 => count,
            SocketError.Success => throw new LinkException($"{_name} was closed by the controller"),
            SocketError.WouldBlock or SocketError.Interrupted => 0,
            _ => throw new LinkException(Lost(error)),
        };
    }

    /// <summary>Sends all of it at once.</summary>
    /// <exception cref="LinkException">The connection ended, or the other end has taken nothing for so long that there is no room left.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        var count = _socket.Send(bytes, SocketFlags.None, out var error);
        if (error == SocketError.Success && count == bytes.Length) return;
        throw new LinkException(error is SocketError.Success or SocketError.WouldBlock ? $"{_name} takes nothing more" : Lost(error));
    }

    public void Dispose() => _socket.Dispose();

    private string Lost(SocketError error) => $"{_name} was lost: {new SocketException((int)error).Message}";

    private static string Why(Exception e, TimeSpan timeout) => e is SocketException socket ? socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "refused the connection: is the controller on, and this service enabled in its settings?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "has a name that nobody knows: give an address",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "cannot be reached: no route from this computer; check cable and addresses",
        _ => $"cannot be connected to: {socket.Message}",
    }
    : $"did not answer within {timeout.TotalSeconds} s: check cable, address and firewall";
}
