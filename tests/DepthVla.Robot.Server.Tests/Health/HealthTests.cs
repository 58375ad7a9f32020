using System.Net;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Hosting;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Tests.Running;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace DepthVla.Robot.Server.Tests.Health;

public sealed class HealthTests
{
    private const string PolicyService = "depthvla.policy.v1.PolicyService";

    [Fact]
    public async Task Probes_BeforeAndAfterLoading_TellThePhase()
    {
        var loading = new TaskCompletionSource<IPolicy>();
        await using var server = await RunningServer.LoadAsync(new TestLoader(_ => loading.Task));

        Assert.Equal((HttpStatusCode.OK, "loading\n"), await GetAsync(server, "/livez"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "loading\n"), await GetAsync(server, "/readyz"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "loading\n"), await GetAsync(server, "/startupz"));
        Assert.Equal(Reasons.Loading, (await Assert.ThrowsAsync<PolicyUnavailableException>(() => server.OpenAsync())).Reason);

        loading.SetResult(new HoldPolicy());
        await server.Until(ServingPhase.Ready);

        Assert.Equal((HttpStatusCode.OK, "ready\n"), await GetAsync(server, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await GetAsync(server, "/startupz"));
    }

    [Fact]
    public async Task Livez_InferenceThatDoesNotEnd_NoLongerLive()
    {
        var (time, policy) = (TestTime.Standing(), new GatedPolicy());
        await using var server = await RunningServer.StartAsync(policy, o => o with { StuckAfter = TimeSpan.FromSeconds(60) }, time);
        using var session = await RawStream.OpenAsync(server);
        await session.SendAsync(TestRobot.Observe(1));
        await policy.EnteredAsync();

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/livez")).Status);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(server, "/livez")).Status);
        policy.Release();
        await Patience.Until(() => !server.App.Services.GetRequiredService<InferencePulse>().IsStuck);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/livez")).Status);
    }

    [Fact]
    public async Task Load_Fails_EndsTheServerWithExitCodeOne()
    {
        var options = new ServerOptions { Checkpoint = "", GrpcPort = 0, HttpPort = 0, LogLevel = LogLevel.None };
        await using var app = Program.Build(options, new TestLoader(_ => throw new FileNotFoundException("model.safetensors")), TimeProvider.System);
        Assert.Equal(1, await HostRun.RunAsync(app).Soon());
    }

    [Fact]
    public async Task Load_PolicyWhoseAnswersAreNoNumbers_FailsAtWarmUp()
    {
        var policy = new HoldPolicy();
        policy.Scripts[PolicyWarmUp.Instruction] = chunk => chunk with { Actions = Enumerable.Repeat(float.NaN, 8).ToArray() };
        var options = new ServerOptions { Checkpoint = "", GrpcPort = 0, HttpPort = 0, LogLevel = LogLevel.None };
        await using var app = Program.Build(options, new TestLoader(policy), TimeProvider.System);
        Assert.Equal(1, await HostRun.RunAsync(app).Soon());
    }

    [Fact]
    public async Task Run_PortTaken_ExitCodeOne()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var taken = new Uri(server.GrpcAddress).Port;
        await using var app = Program.Build(new() { Checkpoint = "", GrpcPort = taken, HttpPort = 0, LogLevel = LogLevel.None }, new TestLoader(new HoldPolicy()), TimeProvider.System);
        Assert.Equal(1, await HostRun.RunAsync(app).Soon());
    }

    [Theory]
    [InlineData("")]
    [InlineData(PolicyService)]
    public async Task Watch_LoadingReadyDraining_TellsEachChange(string service)
    {
        var loading = new TaskCompletionSource<IPolicy>();
        await using var server = await RunningServer.LoadAsync(new TestLoader(_ => loading.Task));
        var client = new Grpc.Health.V1.Health.HealthClient(server.Connect());
        using var watch = client.Watch(new() { Service = service }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        loading.SetResult(new HoldPolicy());
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new() { Service = service }, cancellationToken: TestContext.Current.CancellationToken)).Status);

        using var session = await RawStream.OpenAsync(server);
        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        session.Dispose();
        Assert.False(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Soon());
        await stopping.Soon();
    }

    [Fact]
    public async Task Watch_StoppedWhileLoading_Ends()
    {
        await using var server = await RunningServer.LoadAsync(new TestLoader(end => new TaskCompletionSource<IPolicy>().Task.WaitAsync(end)));
        using var watch = new Grpc.Health.V1.Health.HealthClient(server.Connect()).Watch(new(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));

        var stopping = server.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Soon());
        await stopping.Soon();
    }

    [Fact]
    public async Task Check_UnknownService_NotFound()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        var client = new Grpc.Health.V1.Health.HealthClient(server.Connect());
        var unknown = await Assert.ThrowsAsync<RpcException>(() => client.CheckAsync(new() { Service = "x" }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync.Soon());
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Reflection_WhenAskedFor_ListsTheServices()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), o => o with { Reflection = true });
        using var call = new ServerReflection.ServerReflectionClient(server.Connect()).ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { ListServices = "" }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Soon());
        Assert.Contains(PolicyService, call.ResponseStream.Current.ListServicesResponse.Service.Select(s => s.Name));
    }

    [Fact]
    public async Task Reflection_OtherwiseIsNotThere()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        using var call = new ServerReflection.ServerReflectionClient(server.Connect()).ServerReflectionInfo(cancellationToken: TestContext.Current.CancellationToken);
        var missing = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Soon());
        Assert.Equal(StatusCode.Unimplemented, missing.StatusCode);
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).Soon());
        return watch.ResponseStream.Current.Status;
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(RunningServer server, string path)
    {
        using var http = server.Http;
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
