using System.Net;
using System.Net.Sockets;

namespace DepthVla.Robot.Contracts.Tests.Remote;

/// <summary>Passes one connection on to a server, and cuts it dead once the client has sent so many bytes.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public CuttingProxy(string server, int cutAfterBytes)
    {
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}";
        _running = RunAsync(new Uri(server), cutAfterBytes);
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Uri server, int cutAfterBytes)
    {
        using var client = await _listener.AcceptSocketAsync(_stop.Token);
        _listener.Stop(); // the next attempt finds nobody
        using var behind = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await behind.ConnectAsync(server.Host, server.Port, _stop.Token);
        var answers = PassAsync(behind, client, int.MaxValue);
        await PassAsync(client, behind, cutAfterBytes);
        client.LingerState = behind.LingerState = new(true, 0); // reset, not goodbye
        client.Close();
        behind.Close();
        await answers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task PassAsync(Socket from, Socket to, int bytes)
    {
        var buffer = new byte[4096];
        while (bytes > 0 && await from.ReceiveAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length)), _stop.Token) is > 0 and var read)
        {
            bytes -= read;
            await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
