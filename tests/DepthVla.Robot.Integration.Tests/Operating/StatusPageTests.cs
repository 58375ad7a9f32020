using System.Net;
using DepthVla.Robot.Imaging;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Integration.Tests.Programs;

namespace DepthVla.Robot.Integration.Tests.Operating;

/// <summary>The status port of a daemon that drives.</summary>
public sealed class StatusPageTests : ProgramTest
{
    [Fact]
    public async Task Get_WhileDriving_ShowsAndTakesNoOrders()
    {
        var port = Ports.Free();
        await using var server = await PolicyServer.StartTinyAsync();
        await using var daemon = RobotDaemon.Start(Folder, server.Address, "--status-port", $"{port}");
        await daemon.FollowsAsync();
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        var stop = TestContext.Current.CancellationToken;

        var page = await http.GetStringAsync("/", stop);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"?https?://", page); // works without a network
        Assert.Contains("\"mode\": \"", await http.GetStringAsync("/status", stop), StringComparison.Ordinal);
        Assert.Contains("depthvla_robot_control_period_seconds_count", await http.GetStringAsync("/metrics", stop), StringComparison.Ordinal);
        foreach (var camera in (string[])["primary", "wrist"]) Assert.Equal(new ImageSize(224, 224), JpegCodec.ReadSize(await http.GetByteArrayAsync($"/cameras/{camera}", stop)));

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/cameras/none", stop)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await http.PostAsync("/stop", null, stop)).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/cameras/primary") { Headers = { Host = "elsewhere.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound, stop)).StatusCode);

        var summary = await StopAsync(daemon);
        AssertStoppedOnlyAtTheEnd(summary);
    }

    [Fact]
    public async Task Run_PortThatIsTaken_EndsWithTwo()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var daemon = RobotDaemon.Start(Folder, "http://127.0.0.1:1", "--status-port", $"{port}");
        Assert.Equal(2, await daemon.ExitAsync());
        await daemon.LineAsync($"StatusPort: cannot listen on port {port} .*another --status-port");
    }
}
