using System.Net.Sockets;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Hosting;

/// <summary>A robot on the same machine, without TCP.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depthvla-socket-");

    private string SocketPath => Path.Combine(_folder.FullName, "policy.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Act_OverTheSocket_IsAnswered_AndThePortStaysOpen()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => options with { Socket = SocketPath });
        Assert.Equal(7, await AskAsync($"unix:{SocketPath}", "one"));
        Assert.Equal(7, await AskAsync(server.GrpcAddress, "two"));
        Assert.True((await server.Http.GetAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Start_SocketLeftByAServerThatWasKilled_TakesItsPlace()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, SocketPath + ".left");    // whoever is not killed takes it away
        }

        File.Move(SocketPath + ".left", SocketPath);
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => options with { Socket = SocketPath });
        Assert.Equal(7, await AskAsync($"unix:{SocketPath}", "one"));
    }

    [Fact]
    public async Task Open_NobodyThere_SaysSo()
    {
        using var channel = ServiceChannel.Create($"unix:{SocketPath}");
        await Assert.ThrowsAsync<PolicyUnavailableException>(() => PolicySession.OpenAsync(channel, TestRobot.Contract, MonotonicClock.System, TestContext.Current.CancellationToken).Soon());
    }

    private static async Task<long> AskAsync(string address, string robot)
    {
        using var channel = ServiceChannel.Create(address);
        await using var session = await PolicySession.OpenAsync(channel, TestRobot.Contract with { RobotId = robot }, MonotonicClock.System, TestContext.Current.CancellationToken).Soon();
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(7));
        return Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.BasedOnSequence;
    }
}
