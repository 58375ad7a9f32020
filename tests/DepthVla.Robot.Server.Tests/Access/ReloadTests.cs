using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;

namespace DepthVla.Robot.Server.Tests.Access;

/// <summary>Files of trust that are replaced while sessions are open.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task Certificate_ReplacedAsASecretIs_IsShownToNewConnections_AndOpenSessionsGoOn()
    {
        // Kubernetes: the names are links through ..data, and ..data is exchanged for another folder at once.
        var mount = Directory.CreateDirectory(Path.Combine(_fleet.Folder, "tls")).FullName;
        Provide("..1", _fleet.Server);
        foreach (var name in (string[])["tls.crt", "tls.key"]) File.CreateSymbolicLink(Path.Combine(mount, name), Path.Combine("..data", name));
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { TlsCertificate = Path.Combine(mount, "tls.crt"), TlsKey = Path.Combine(mount, "tls.key") });
        await using var session = await server.OpenAsync(credentials: _fleet.Client(token: Fleet.RobotToken));
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(1));
        Assert.IsType<ChunkArrived>(await listener.NextAsync());
        Assert.Equal(_fleet.Server.SerialNumber, await ShownAsync(server));

        var next = _fleet.Authority.Server("next");
        Provide("..2", next);
        var line = await _fleet.AuditedAsync("reloaded");
        Assert.Contains("tls.crt", Fleet.Text(line, "message"), StringComparison.Ordinal);
        Assert.Equal(next.SerialNumber, await ShownAsync(server));
        session.Post(TestRobot.Observe(2));
        Assert.IsType<ChunkArrived>(await listener.NextAsync());

        void Provide(string folder, Issued issued)
        {
            var version = Directory.CreateDirectory(Path.Combine(mount, folder)).FullName;
            File.Copy(issued.Certificate, Path.Combine(version, "tls.crt"));
            File.Copy(issued.Key, Path.Combine(version, "tls.key"));
            var (data, aside) = (Path.Combine(mount, "..data"), Path.Combine(mount, "..data_tmp"));
            File.CreateSymbolicLink(aside, folder);
            using var exchange = Process.Start("mv", ["-T", aside, data]);
            exchange.WaitForExit();
        }
    }

    [Fact]
    public async Task Certificate_OfWhichTheKeyIsNotThere_IsNotTaken_AndSaidOnce()
    {
        await using var server = await StartAsync();
        File.WriteAllText(_fleet.Server.Certificate, File.ReadAllText(_fleet.Authority.Server("next").Certificate));
        var line = await _fleet.AuditedAsync("not_reloaded");
        Assert.Contains("what they said before still counts", Fleet.Text(line, "message"), StringComparison.Ordinal);
        Assert.Equal(_fleet.Server.SerialNumber, await ShownAsync(server));
        File.WriteAllText(_fleet.Server.Key, File.ReadAllText(Path.Combine(_fleet.Folder, "next.key")));
        await _fleet.AuditedAsync("reloaded");
        Assert.Single(_fleet.Audit(), one => Fleet.Text(one, "act") == "not_reloaded");
    }

    [Fact]
    public async Task Revoked_UnderAnOpenSession_CutsIt()
    {
        var robot = _fleet.Authority.Client("O=infer, CN=robot-1");
        await using var server = await StartAsync();
        await AssertCutAsync(server, _fleet.Client(robot), () => _fleet.Revoke(robot.SerialNumber), StatusCode.Unauthenticated, Reasons.CertificateRefused);
    }

    [Fact]
    public async Task Token_TakenAwayUnderAnOpenSession_CutsIt()
    {
        await using var server = await StartAsync();
        await AssertCutAsync(server, _fleet.Client(token: Fleet.RobotToken), () => _fleet.Allow(), StatusCode.Unauthenticated, Reasons.TokenRefused);
    }

    [Fact]
    public async Task Token_BoundToAnotherRobotUnderAnOpenSession_CutsIt()
    {
        await using var server = await StartAsync();
        await AssertCutAsync(server, _fleet.Client(token: Fleet.RobotToken), () => _fleet.Allow(Fleet.Robot("robot-2")), StatusCode.PermissionDenied, Reasons.RobotForbidden);
    }

    [Fact]
    public async Task Certificate_ThatEndsUnderAnOpenSession_CutsIt()
    {
        var calendar = new Calendar();
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options), calendar);
        await AssertCutAsync(server, _fleet.Client(_fleet.Authority.Client("O=infer, CN=robot-1")), () => calendar.Days = 2, StatusCode.Unauthenticated, Reasons.CertificateRefused);
    }

    [Fact]
    public async Task Tokens_BrokenFile_LeavesTheOldOnesInForce()
    {
        await using var server = await StartAsync();
        File.WriteAllText(Path.Combine(_fleet.Folder, "tokens.json"), "{ \"tokens\": [ { \"name\": \"robot-1\", ");
        await _fleet.AuditedAsync("not_reloaded");
        await using var session = await server.OpenAsync(credentials: _fleet.Client(token: Fleet.RobotToken));
    }

    [Fact]
    public async Task Client_ItsOwnFilesReplaced_ShowsTheNewOnesTheNextTime()
    {
        await using var server = await StartAsync();
        var credentials = _fleet.Client(token: Fleet.RobotToken);
        await using (await server.OpenAsync(credentials: credentials))
        {
        }

        _fleet.Allow(Fleet.Entry("robot-1", "a-new-one", ["infer"], ["robot-1"]));
        await _fleet.AuditedAsync("reloaded");
        var channel = server.Connect(credentials);
        await Assert.ThrowsAsync<PolicyServiceException>(() => Ask());
        File.WriteAllText(credentials.TokenFile, "a-new-one");
        Assert.Equal("hold", (await Ask()).Info.Name);

        Task<Contracts.Remote.RemotePolicy> Ask() => Contracts.Remote.RemotePolicy.ConnectAsync(channel, Core.Time.MonotonicClock.System, TestContext.Current.CancellationToken).Soon();
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options));

    private async Task AssertCutAsync(RunningServer server, Contracts.Trust.ServiceCredentials credentials, Action change, StatusCode status, string reason)
    {
        await using var session = await server.OpenAsync(credentials: credentials);
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(1));
        Assert.IsType<ChunkArrived>(await listener.NextAsync());
        change();
        await Assert.ThrowsAnyAsync<PolicyServiceException>(listener.NextAsync);
        var line = await _fleet.AuditedAsync("refused", reason);
        Assert.Equal("/depthvla.policy.v1.PolicyService/Act", Fleet.Text(line, "method"));
        var again = await Assert.ThrowsAsync<PolicyServiceException>(() => server.OpenAsync(credentials: credentials));
        Assert.Equal((status, reason), (again.Status, again.Reason));
        Assert.Equal(2, _fleet.Audit().Count(one => Fleet.Text(one, "reason") == reason)); // the cut, and who came back
    }

    /// <summary>The serial number of the certificate that the server shows now.</summary>
    private static async Task<string> ShownAsync(RunningServer server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(server.GrpcAddress).Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", ApplicationProtocols = [SslApplicationProtocol.Http2] }, TestContext.Current.CancellationToken);
        return ((X509Certificate2)tls.RemoteCertificate!).SerialNumber;
    }

    /// <summary>Today, or some days on; clocks run as ever.</summary>
    private sealed class Calendar : TimeProvider
    {
        public volatile int Days;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(Days);
    }
}
