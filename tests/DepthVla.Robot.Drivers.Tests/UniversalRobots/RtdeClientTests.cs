using System.Net;
using System.Net.Sockets;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

public sealed class RtdeClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // A collection stops every thread: the driver's thread must not bring one about that the control thread then waits for.
    [Fact]
    public async Task ReceiveAndSend_TwoThousandTurns_AllocateNothing()
    {
        var (rtde, controller) = await PairAsync();
        var (servo, script) = await PairAsync();
        using (controller)
        using (script)
        using (var client = new RtdeClient(new Link(rtde, "RTDE"), MonotonicClock.System, say: null))
        using (var link = new ServoLink(new Link(servo, "script"), TimeSpan.FromSeconds(1)))
        {
            var state = new WireBytes().Byte(0).Doubles(Enumerable.Repeat(0.5, 26)).Int(7).Int(1).Int(1).Int(2).Package('U');
            var sink = new byte[ServoMessage.Bytes];
            Turns(200);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var received = Turns(2000);
            Assert.Equal((0, 2000), (GC.GetAllocatedBytesForCurrentThread() - before, received));

            int Turns(int turns)
            {
                var (count, sample) = (0, default(RtdeSample));
                for (var i = 0; i < turns; i++)
                {
                    controller.Send(state);
                    if (!client.TryReceive(TimeSpan.FromSeconds(30), ref sample)) continue;
                    count++;
                    var target = sample.Positions;
                    if (ServoMessage.CanSend(in target)) link.Send(ServoKind.Follow, in target);
                    Assert.Null(link.Ended());
                    for (var read = 0; read < sink.Length;) read += script.Receive(sink.AsSpan(read));
                }

                return count;
            }
        }
    }

    [Fact]
    public async Task Send_ScriptThatReadsNoMore_EndsInsteadOfBlocking()
    {
        var (servo, script) = await PairAsync();
        using (script)
        using (var link = new ServoLink(new Link(servo, "script"), TimeSpan.FromSeconds(1)))
        {
            var e = Assert.Throws<LinkException>(() => { for (var i = 0; i < 10_000_000; i++) link.Send(ServoKind.Follow, JointVector.Zero(6)); });
            Assert.Equal("script takes nothing more", e.Message);
        }
    }

    private static async Task<(Socket Near, Socket Far)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, Cancel);
        return (near, await listener.AcceptSocketAsync(Cancel));
    }
}
