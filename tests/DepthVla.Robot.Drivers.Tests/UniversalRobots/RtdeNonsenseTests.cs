using System.Net;
using System.Net.Sockets;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>Whatever a controller sends, the driver goes on or says that it cannot, and nothing else.</summary>
public sealed class RtdeNonsenseTests
{
    private const int Packages = 10_000;

    [Fact]
    public async Task Receive_TenThousandBrokenPackages_GoesOnOrSaysWhatIsWrong()
    {
        var random = new Random(20);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (sent, faults, causes) = (0, 0, new HashSet<string>());
        while (sent < Packages)
        {
            using var near = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await near.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
            using var far = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
            using var client = new RtdeClient(new Link(near, "RTDE"), MonotonicClock.System, say: null);
            RtdeSample sample = default;
            try
            {
                while (sent++ < Packages)
                {
                    var package = Broken(random);
                    far.Send(package);
                    client.TryReceive(TimeSpan.FromSeconds(30), ref sample);
                }
            }
            catch (LinkException e)
            {
                faults++;
                causes.Add(e.Message);
            }
        }

        Assert.InRange(faults, 100, Packages - 100);   // both ways are taken often
        string[] expected =
        [
            "the controller sent a data package that cannot be read",
            "the controller sent a text package that cannot be read",
            "the controller sent something that is no RTDE package",
        ];
        Assert.Equal(expected, causes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows()
    {
        var random = new Random(21);
        for (var i = 0; i < Packages; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            RtdeSample.TryRead(bytes, 0, out _);
            RtdePackage.TryReadText(bytes, out _);
            RtdePackage.TryReadVersion(bytes, out _);
            RtdePackage.TryReadAccepted(bytes, out _);
            RtdePackage.TryReadTypes(bytes, out _, out _);
            Assert.InRange(RtdePackage.Read(bytes, out _, out _), -1, bytes.Length);
        }
    }

    // Broken in one of several ways: cut, lengthened, a bit flipped, a size that lies, of a type nobody knows, or never a package at all.
    private static byte[] Broken(Random random)
    {
        var package = random.Next(2) == 0
            ? new WireBytes().Byte(0).Doubles(Enumerable.Repeat(0.5, 26)).Int(7).Int(1).Int(1).Int(2).Package('U')
            : new WireBytes().ShortText("careful").ShortText("RTDE").Byte(2).Package('M');
        switch (random.Next(12))
        {
            case 0: return package[..random.Next(1, package.Length)];
            case 1: return [.. package, .. new byte[random.Next(1, 5)]];
            case 2:
                package[1] = (byte)random.Next(256);
                return package;
            case 3:
                random.NextBytes(package.AsSpan(1));   // a size beyond 255 would swallow much of what follows
                return package;
            case 4:
                random.NextBytes(package.AsSpan(3));
                return package;
            case 5:
                package[random.Next(package.Length)] ^= (byte)(1 << random.Next(8));
                return package;
            default:
                package[2] = "?#xQ!"u8[random.Next(5)];
                return package;
        }
    }
}
