using System.Net;
using System.Net.Sockets;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Hosting;

/// <summary>One address that takes all the connections it can get leaves the others theirs.</summary>
public sealed class AddressLimitTests
{
    private const int Most = 512; // half of a port's

    [Fact]
    public async Task Connect_MoreThanAnAddressMay_IsClosed_AndOtherAddressesAreServed()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var port = new IPEndPoint(IPAddress.Loopback, new Uri(server.GrpcAddress).Port);
        var (greedyAddress, greedy) = (IPAddress.Parse("127.0.0.2"), new List<Socket>());
        try
        {
            for (var i = 0; i < Most; i++) greedy.Add(await ConnectionFrom.AddressAsync(greedyAddress, port));
            for (var i = 0; i < 20; i++) Assert.False(await HearsAsync(port, greedyAddress));

            using var robot = await RawStream.OpenAsync(server); // from 127.0.0.1
            await robot.SendAsync(TestRobot.Observe(1));
            Assert.NotNull((await robot.NextAsync()).Chunk);

            foreach (var socket in greedy) socket.Dispose();
            await Patience.UntilAsync(() => HearsAsync(port, greedyAddress));
        }
        finally { greedy.ForEach(socket => socket.Dispose()); }
    }

    // Whether the server says a word, or closes at once.
    private static async Task<bool> HearsAsync(IPEndPoint to, IPAddress from)
    {
        try
        {
            using var socket = await ConnectionFrom.AddressAsync(from, to);
            await socket.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            return await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken).AsTask().Soon() > 0;
        }
        catch (SocketException) { return false; }
    }
}
