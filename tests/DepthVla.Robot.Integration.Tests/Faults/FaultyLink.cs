using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>A TCP link between a robot and its server that a test spoils as it goes on.</summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private const int SegmentBytes = 16384;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DnsEndPoint _server;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Task> _carrying = [];
    private volatile LinkFault _fault = LinkFault.None;

    private FaultyLink(Uri server) => _server = new(server.Host, server.Port);

    /// <summary>Where the robot finds the server now.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>What it does from now on to all connections, those that are open included.</summary>
    public LinkFault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    public static FaultyLink To(string server)
    {
        var link = new FaultyLink(new(server));
        link._listener.Start();
        link._carrying.Add(link.AcceptAsync());
        return link;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_carrying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _carrying.Add(ConnectAsync(await _listener.AcceptSocketAsync(_over.Token)));
    }

    private async Task ConnectAsync(Socket robot)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        robot.NoDelay = true;
        using (robot)
        {
            await server.ConnectAsync(_server, _over.Token);
            await Task.WhenAny(CarryAsync(robot, server, Ways.ToServer), CarryAsync(server, robot, Ways.FromServer)); // who ends, ends both
        }
    }

    private Task CarryAsync(Socket from, Socket to, Ways way)
    {
        var under = Channel.CreateBounded<(byte[] Bytes, long DueMs)>(1024);
        return Task.WhenAny(ReadAsync(from, under.Writer, way), WriteAsync(to, under.Reader, way)).Unwrap();
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(byte[] Bytes, long DueMs)> under, Ways way)
    {
        var (buffer, random, dueMs) = (new byte[SegmentBytes], new Random(1), 0L);
        while (await from.ReceiveAsync(buffer, _over.Token) is > 0 and var count)
        {
            dueMs = Math.Max(dueMs, Environment.TickCount64 + (long)_fault.Takes(way, random)); // nothing overtakes
            await under.WriteAsync((buffer[..count], dueMs), _over.Token);
        }

        under.Complete();
        await Task.Delay(Timeout.Infinite, _over.Token); // what is under way arrives first
    }

    private async Task WriteAsync(Socket to, ChannelReader<(byte[] Bytes, long DueMs)> under, Ways way)
    {
        await foreach (var (bytes, dueMs) in under.ReadAllAsync(_over.Token))
        {
            while (Environment.TickCount64 < dueMs || _fault.Stalls(way)) await Task.Delay(1, _over.Token);
            for (var sent = 0; sent < bytes.Length;) sent += await to.SendAsync(bytes.AsMemory(sent), _over.Token);
        }
    }
}
