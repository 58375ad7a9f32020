using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Server.Tests.OpenPi;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;

namespace DepthVla.Robot.Server.Tests.Access;

/// <summary>Who is let in, over real TLS with certificates made here, and what is written of who is not.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Robot1 = "O=infer, CN=robot-1";

    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task Act_RobotsCertificate_IsAnswered()
    {
        await using var server = await StartAsync(tokens: false);
        await AssertAnsweredAsync(server, _fleet.Client(_fleet.Authority.Client(Robot1)));
        Assert.Empty(_fleet.Audit());
    }

    [Fact]
    public async Task Act_NoCertificate_IsUnauthenticated()
    {
        await using var server = await StartAsync(tokens: false);
        await AssertRefusedAsync(server, _fleet.Client(), StatusCode.Unauthenticated, Reasons.CredentialsMissing, "a client's certificate");
    }

    [Fact]
    public async Task Act_CertificateOfAnotherAuthority_IsUnauthenticated()
    {
        using var stranger = new Authority(_fleet.Folder, "stranger");
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(stranger.Client(Robot1)), StatusCode.Unauthenticated, Reasons.CertificateRefused, "signed by none of the authorities");
    }

    [Theory]
    [InlineData(-2, -1, "expired")]
    [InlineData(1, 2, "it holds from")]
    public async Task Act_CertificateOutOfItsTime_IsUnauthenticated(double fromDays, double untilDays, string said)
    {
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(_fleet.Authority.Client(Robot1, fromDays, untilDays)), StatusCode.Unauthenticated, Reasons.CertificateRefused, said);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Act_RevokedByFile_IsUnauthenticated(bool bySerialNumber)
    {
        var stolen = _fleet.Authority.Client(Robot1);
        _fleet.Revoke(bySerialNumber ? $"serial={stolen.SerialNumber}  # stolen" : string.Join(':', stolen.Fingerprint.Chunk(2).Select(two => new string(two))));
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(stolen), StatusCode.Unauthenticated, Reasons.CertificateRefused, "it was revoked");
        await AssertAnsweredAsync(server, _fleet.Client(_fleet.Authority.Client(Robot1)));
    }

    [Fact]
    public async Task Act_ServersCertificate_MakesNoClient()
    {
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(_fleet.Server), StatusCode.Unauthenticated, Reasons.CertificateRefused, "not made for clients");
    }

    [Fact]
    public async Task Act_CertificateOfAnotherRobot_IsPermissionDenied()
    {
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(_fleet.Authority.Client("O=infer, CN=robot-2")), StatusCode.PermissionDenied, Reasons.RobotForbidden, "'robot-2'", caller: "robot-2");
    }

    [Theory]
    [InlineData("CN=robot-1")]
    [InlineData("O=observe, CN=robot-1")]
    [InlineData("O=3, CN=robot-1")]
    public async Task Act_CertificateWithoutTheScope_IsPermissionDenied(string subject)
    {
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(_fleet.Authority.Client(subject)), StatusCode.PermissionDenied, Reasons.ScopeMissing, "the scope infer", caller: "robot-1");
    }

    [Fact]
    public async Task Act_StrangersLongName_IsCutShort()
    {
        using var stranger = new Authority(_fleet.Folder, "stranger");
        await using var server = await StartAsync();
        var name = string.Concat(Enumerable.Repeat(", OU=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 500));
        var refused = await Assert.ThrowsAsync<PolicyServiceException>(() => server.OpenAsync(credentials: _fleet.Client(stranger.Client($"CN=robot-1{name}"))));
        Assert.Equal(Reasons.CertificateRefused, refused.Reason);
        Assert.InRange(refused.Message.Length, 1, 400);
    }

    [Fact]
    public async Task Act_RobotsToken_IsAnswered()
    {
        await using var server = await StartAsync(certificates: false);
        await AssertAnsweredAsync(server, _fleet.Client(token: Fleet.RobotToken));
    }

    [Theory]
    [InlineData(null, StatusCode.Unauthenticated, Reasons.CredentialsMissing, null)]
    [InlineData("guessed", StatusCode.Unauthenticated, Reasons.TokenRefused, null)]
    [InlineData(Fleet.ObserverToken, StatusCode.PermissionDenied, Reasons.ScopeMissing, "prometheus")]
    [InlineData(Fleet.AdminToken, StatusCode.PermissionDenied, Reasons.ScopeMissing, "operator")]
    public async Task Act_TokenThatMayNot_IsRefused(string? token, StatusCode status, string reason, string? caller)
    {
        await using var server = await StartAsync(certificates: false);
        await AssertRefusedAsync(server, _fleet.Client(token: token), status, reason, "", caller);
    }

    [Fact]
    public async Task Act_TokenOfAnotherRobot_IsPermissionDenied()
    {
        _fleet.Allow(Fleet.Robot("robot-2", "robot-3"));
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(token: Fleet.RobotToken), StatusCode.PermissionDenied, Reasons.RobotForbidden, "may not command robot 'robot-1'", caller: "robot-1");
    }

    [Fact]
    public async Task Act_BadCertificateBesideAGoodToken_IsRefused()
    {
        using var stranger = new Authority(_fleet.Folder, "stranger");
        await using var server = await StartAsync();
        await AssertRefusedAsync(server, _fleet.Client(stranger.Client(Robot1), Fleet.RobotToken), StatusCode.Unauthenticated, Reasons.CertificateRefused, "");
    }

    [Fact]
    public async Task Act_BothGood_MayWhatBothMay()
    {
        _fleet.Allow(Fleet.Robot("*"));
        await using var server = await StartAsync();
        await AssertAnsweredAsync(server, _fleet.Client(_fleet.Authority.Client(Robot1), Fleet.RobotToken));
        await AssertRefusedAsync(server, _fleet.Client(_fleet.Authority.Client("O=infer, CN=robot-2"), Fleet.RobotToken), StatusCode.PermissionDenied, Reasons.RobotForbidden, "", caller: "robot-2 and robot-1");
    }

    [Fact]
    public async Task Act_SecondCommander_IsWrittenDown()
    {
        await using var server = await StartAsync();
        await using var first = await server.OpenAsync(credentials: _fleet.Client(token: Fleet.RobotToken));
        await Assert.ThrowsAsync<RobotTakenException>(() => server.OpenAsync(credentials: _fleet.Client(_fleet.Authority.Client(Robot1))));
        var line = await _fleet.AuditedAsync("refused", Reasons.RobotTaken);
        Assert.Equal(("ALREADY_EXISTS", "robot-1", "certificate"), (Fleet.Text(line, "status"), Fleet.Text(line, "caller"), Fleet.Text(line, "known_by")));
    }

    [Fact]
    public async Task Open_ServerOfAnotherAuthority_IsNotSpokenTo()
    {
        using var stranger = new Authority(_fleet.Folder, "stranger");
        await using var server = await StartAsync();
        var wary = _fleet.Client(token: Fleet.RobotToken) with { AuthoritiesFile = stranger.File };
        await Assert.ThrowsAsync<PolicyUnavailableException>(() => server.OpenAsync(credentials: wary));
        Assert.Empty(_fleet.Audit()); // the token never left
    }

    [Fact]
    public void Create_CredentialsInClearTextToAnotherMachine_NeverLeave() =>
        Assert.Throws<ArgumentException>(() => Contracts.Remote.ServiceChannel.Create("http://192.0.2.1:50051", _fleet.Client(token: Fleet.RobotToken)));

    [Fact]
    public async Task Act_OverTheSocket_TakesATokenToo()
    {
        var path = Path.Combine(_fleet.Folder, "policy.sock");
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { Socket = path });
        using var stranger = Contracts.Remote.ServiceChannel.Create($"unix:{path}");
        using var known = Contracts.Remote.ServiceChannel.Create($"unix:{path}", _fleet.Client(token: Fleet.RobotToken));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new DepthVla.Policy.V1.PolicyService.PolicyServiceClient(stranger).GetModelInfoAsync(new(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal("hold", (await new DepthVla.Policy.V1.PolicyService.PolicyServiceClient(known).GetModelInfoAsync(new(), cancellationToken: TestContext.Current.CancellationToken)).Model.Name);
    }

    [Fact]
    public async Task Metrics_Scraped_TakeTheScopeObserve_AndProbesTakeNothing()
    {
        await using var server = await StartAsync();
        using var stranger = Fleet.Http(server.App.Urls.Last());
        using var prometheus = Fleet.Http(server.App.Urls.Last(), Fleet.ObserverToken);
        var refused = await stranger.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (refused.StatusCode, refused.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Contains("depthvla_rejected_total{reason=\"CREDENTIALS_MISSING\"} 1", await prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True((await stranger.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task OpenPi_TokenAsItsClientSaysIt_IsAnswered()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { OpenpiPort = 0 });
        using var client = await OpenPiSocket.ConnectAsync(server, $"Api-Key {Fleet.RobotToken}");
        Assert.Equal("hold", (await client.MessageAsync()).Text("name"));
        using var probe = Fleet.Http(OpenPiSocket.Address(server).ToString().Replace("wss", "https", StringComparison.Ordinal));
        Assert.True((await probe.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, Reasons.CredentialsMissing)]
    [InlineData("Api-Key guessed", HttpStatusCode.Unauthorized, Reasons.TokenRefused)]
    [InlineData($"Bearer {Fleet.ObserverToken}", HttpStatusCode.Forbidden, Reasons.ScopeMissing)]
    public async Task OpenPi_WhoMayNot_IsRefused(string? authorization, HttpStatusCode status, string reason)
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { OpenpiPort = 0 });
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => OpenPiSocket.ConnectAsync(server, authorization));
        Assert.Equal(status, refused.StatusCode);
        await _fleet.AuditedAsync("refused", reason);
    }

    [Fact]
    public async Task Connect_AfterTheOtherPortWasUsed_EachPortSpeaksItsOwnProtocol()
    {
        await using var server = await StartAsync();
        foreach (var (address, expected) in new[] { (server.GrpcAddress, SslApplicationProtocol.Http2), (server.App.Urls.Last(), SslApplicationProtocol.Http11), (server.GrpcAddress, SslApplicationProtocol.Http2) })
        {
            using var client = new TcpClient("127.0.0.1", new Uri(address).Port);
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] }, TestContext.Current.CancellationToken).Soon();
            Assert.Equal(expected, tls.NegotiatedApplicationProtocol);
        }
    }

    private Task<RunningServer> StartAsync(bool certificates = true, bool tokens = true) =>
        RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options, certificates, tokens));

    private static async Task AssertAnsweredAsync(RunningServer server, ServiceCredentials credentials)
    {
        await using var session = await server.OpenAsync(credentials: credentials);
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(7));
        Assert.Equal(7, Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk.BasedOnSequence);
        await session.CompleteAsync().Soon();
        Assert.True(await listener.EndsAsync());
    }

    private async Task AssertRefusedAsync(RunningServer server, ServiceCredentials credentials, StatusCode status, string reason, string said, string? caller = null)
    {
        var refused = await Assert.ThrowsAsync<PolicyServiceException>(() => server.OpenAsync(credentials: credentials));
        Assert.Equal((status, reason), (refused.Status, refused.Reason));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        var line = await _fleet.AuditedAsync("refused", reason);
        Assert.Equal((caller, "/depthvla.policy.v1.PolicyService/Act", "127.0.0.1"), (Fleet.Text(line, "caller"), Fleet.Text(line, "method"), Fleet.Text(line, "from")));
        Assert.Equal((refused.Message, status == StatusCode.Unauthenticated ? "UNAUTHENTICATED" : "PERMISSION_DENIED"), (Fleet.Text(line, "message"), Fleet.Text(line, "status")));
    }
}
