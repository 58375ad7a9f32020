using System.Net;
using DepthVla.Admin.V1;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Tests.OpenPi;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Access;

/// <summary>Callers that open sessions or administrate too often are told so, and no other notices.</summary>
public sealed class CallRateTests : IDisposable
{
    // On a machine so slow that one is earned anew as fast as it is spent, the limit is not met; this many calls take less than a second each.
    private const int Many = 10_000;

    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task Act_OpenedAgainAndAgain_IsRefusedWhileOthersAreServed()
    {
        _fleet.Allow(Fleet.Robot("*"), Fleet.Entry("robot-2", "robot-2-token", ["infer"], ["robot-2"]), Fleet.Entry("operator", Fleet.AdminToken, ["admin"]));
        await using var server = await StartAsync();
        var flooding = server.Connect(_fleet.Client(token: Fleet.RobotToken));
        var refused = await UntilRefusedAsync(async i =>
        {
            await using var session = await PolicySession.OpenAsync(flooding, TestRobot.Contract with { RobotId = $"robot-{100 + i}" }, MonotonicClock.System, Stop);
        });

        Assert.Equal((StatusCode.ResourceExhausted, Reasons.TooManyCalls, TimeSpan.FromSeconds(1)), (refused.Status, refused.Reason, Assert.IsType<PolicyUnavailableException>(refused).RetryAfter));
        Assert.Contains("may open 1 sessions a second", refused.Message, StringComparison.Ordinal);
        await using var other = await server.OpenAsync(TestRobot.Contract with { RobotId = "robot-2" }, _fleet.Client(token: "robot-2-token"));
        await new AdminService.AdminServiceClient(server.Connect(_fleet.Client(token: Fleet.AdminToken))).ListModelsAsync(new(), cancellationToken: Stop);
        await RemotePolicy.ConnectAsync(flooding, MonotonicClock.System, Stop);   // neither opens nor changes anything
        await _fleet.AuditedAsync("refused", Reasons.TooManyCalls);
        Assert.True(server.App.Services.GetRequiredService<ServerMetrics>().Rejected[Reasons.TooManyCalls].Value >= 1);
    }

    [Fact]
    public async Task Admin_CalledAgainAndAgain_IsRefused()
    {
        await using var server = await StartAsync();
        var admin = new AdminService.AdminServiceClient(server.Connect(_fleet.Client(token: Fleet.AdminToken)));
        var refused = await UntilRefusedAsync(async _ =>
        {
            try { await admin.ListModelsAsync(new(), cancellationToken: Stop); }
            catch (RpcException e) { throw PolicyErrors.Translate(e); }
        });
        Assert.Equal(Reasons.TooManyCalls, refused.Reason);
    }

    [Fact]
    public async Task Connect_OpenPiClientAgainAndAgain_IsRefusedAsHttpSaysIt()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => options with { MaxCallRate = 1, OpenpiPort = 0 });
        for (var i = 0; ; i++)
        {
            Assert.True(i < Many, "never refused");
            try { using var client = await OpenPiSocket.ConnectedAsync(server); }
            catch (HttpRequestException e)
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, e.StatusCode);
                return;
            }
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options, certificates: false) with { MaxCallRate = 1 });

    private static async Task<PolicyServiceException> UntilRefusedAsync(Func<int, Task> call)
    {
        for (var i = 0; i < Many; i++)
        {
            try { await call(i); }
            catch (PolicyServiceException e) { return e; }
        }

        throw new InvalidOperationException("never refused");
    }
}
