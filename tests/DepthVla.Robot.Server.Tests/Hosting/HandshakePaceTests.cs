using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Hosting;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Microsoft.AspNetCore.Connections;

namespace DepthVla.Robot.Server.Tests.Hosting;

/// <summary>One address that begins connections over TLS again and again waits for its turn; the others do not.</summary>
public sealed class HandshakePaceTests
{
    private const int AtOnce = 3;

    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private static CancellationToken Here => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Admit_MoreThanMayWait_AreClosed_AndAnotherAddressIsAdmitted()
    {
        await using var door = new Door(new(Idle(), AtOnce, Never, waiting: 0));
        for (var i = 0; i < AtOnce; i++) Assert.True(await door.KnockAsync("10.0.0.2", Here));
        for (var i = 0; i < 2; i++) Assert.False(await door.KnockAsync("10.0.0.2", Here));

        Assert.True(await door.KnockAsync("10.0.0.3", Here));
        Assert.True(await door.KnockAsync(from: null, Here)); // a Unix domain socket's: nobody but this machine
    }

    [Fact]
    public async Task Admit_MoreThanAtOnce_AreAllAdmittedInTheEnd()
    {
        await using var door = new Door(new(Idle(), AtOnce, then: TimeSpan.FromMilliseconds(20), waiting: 3 * AtOnce));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 4 * AtOnce).Select(_ => door.KnockAsync("10.0.0.2", Here))).Soon(), Assert.True);
    }

    [Fact]
    public async Task Admit_ClientLeavesWhileItWaits_IsNotAdmitted()
    {
        await using var door = new Door(new(Idle(), atOnce: 1, Never, waiting: 1));
        Assert.True(await door.KnockAsync("10.0.0.2", Here));
        await AssertLeavesAsync(door);
    }

    [Fact]
    public async Task Admit_WhileAnInferenceRuns_WaitsUntilItEnds()
    {
        var inference = Idle();
        await using var door = new Door(new(inference, AtOnce, Never, waiting: 0));
        inference.Began();
        Task<bool>[] waiting = [door.KnockAsync("10.0.0.2", Here), door.KnockAsync("10.0.0.3", Here)];
        Assert.All(waiting, one => Assert.False(one.IsCompleted));

        inference.Ended();

        Assert.All(await Task.WhenAll(waiting).Soon(), Assert.True);
        Assert.True(await door.KnockAsync("10.0.0.2", Here).Soon());
    }

    [Fact]
    public async Task Admit_InferenceTakesLong_WaitsATenthOfASecond()
    {
        var time = TestTime.Standing();
        var inference = Idle(time);
        await using var door = new Door(new(inference, AtOnce, Never, waiting: 0));
        inference.Began();
        var waiting = door.KnockAsync("10.0.0.2", Here);

        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(await waiting.Soon());
    }

    [Fact]
    public async Task Admit_ClientLeavesWhileAnInferenceRuns_IsNotAdmitted()
    {
        var inference = Idle();
        await using var door = new Door(new(inference, AtOnce, Never, waiting: 0));
        inference.Began();
        await AssertLeavesAsync(door);
    }

    /// <summary>A real server and real handshakes: far fewer get through than are begun, and a robot elsewhere is answered meanwhile.</summary>
    [Fact]
    public async Task Connect_OneAddressFloodsTheServerWithHandshakes_FewAreMade_AndARobotIsAnswered()
    {
        const int Begun = 480;
        using var fleet = new Fleet();
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => fleet.Secure(options));
        var port = new IPEndPoint(IPAddress.Loopback, new Uri(server.GrpcAddress).Port);
        var flood = Enumerable.Range(0, Begun).Select(_ => ShakesHandsAsync(port, IPAddress.Parse("127.0.0.2"))).ToArray();

        await using var session = await server.OpenAsync(credentials: fleet.Client(token: Fleet.RobotToken)); // from 127.0.0.1
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(1));
        Assert.NotNull(await listener.NextAsync());

        var made = (await Task.WhenAll(flood)).Count(done => done);
        Assert.InRange(made, 100, Begun - 150);
    }

    private static InferencePulse Idle(TimeProvider? time = null) => new(new ServerOptions { Checkpoint = "" }, MonotonicClock.System, time ?? TestTime.Standing());

    // It waits, leaves, and is not admitted.
    private static async Task AssertLeavesAsync(Door door)
    {
        using var gone = new CancellationTokenSource();
        var waiting = door.KnockAsync("10.0.0.2", gone.Token);
        Assert.False(waiting.IsCompleted);

        await gone.CancelAsync();

        Assert.False(await waiting.Soon());
    }

    private static async Task<bool> ShakesHandsAsync(IPEndPoint to, IPAddress from)
    {
        try
        {
            using var socket = await ConnectionFrom.AddressAsync(from, to);
            await using var stream = new SslStream(new NetworkStream(socket));
            await stream.AuthenticateAsClientAsync(new() { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2], RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null }, Here);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException) { return false; }
    }

    private sealed class Door(HandshakePace pace) : IAsyncDisposable
    {
        public async Task<bool> KnockAsync(string? from, CancellationToken gone)
        {
            var admitted = false;
            var connection = new DefaultConnectionContext { RemoteEndPoint = from is null ? new UnixDomainSocketEndPoint("/run/robot.sock") : new IPEndPoint(IPAddress.Parse(from), 40_000), ConnectionClosed = gone };
            await pace.Admit(_ =>
            {
                admitted = true;
                return Task.CompletedTask;
            })(connection);
            return admitted;
        }

        public ValueTask DisposeAsync() => pace.DisposeAsync();
    }
}
