using System.Globalization;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>Linux asks after a robot that is silent: /proc/net/tcp says when it will.</summary>
public sealed class PeerWatchTests
{
    private const string KeepAliveTimer = "02", None = "00", Established = "01";
    private const double TicksPerSecond = 100; // USER_HZ

    [Fact]
    public async Task Act_RobotIsSilent_LinuxAsksAfterItWithinFourSeconds_AndAfterNobodyElse()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        await server.Client().GetModelInfoAsync(new(), cancellationToken: TestContext.Current.CancellationToken);
        await Patience.Until(() => TimersOf(server) is [{ Kind: None }]);

        using var robot = await RawStream.OpenAsync(server);

        (string Kind, double Seconds)[] timers = [];
        await Patience.Until(() => (timers = [.. TimersOf(server).OrderBy(timer => timer.Kind)]) is [{ Kind: None }, { Kind: KeepAliveTimer }]); // once what was sent is acknowledged
        Assert.InRange(timers[1].Seconds, 0, 4);
    }

    // Of its ends of connections to the port of gRPC: which timer runs, and when it is over.
    private static (string Kind, double Seconds)[] TimersOf(RunningServer server)
    {
        var end = $"0100007F:{new Uri(server.GrpcAddress).Port:X4}"; // 127.0.0.1
        return [.. File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(row => row[1] == end && row[3] == Established)
            .Select(row => (row[5][..2], int.Parse(row[5].AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / TicksPerSecond))];
    }
}
