using System.Net;
using System.Net.Http.Headers;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Server.Trust;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Server.Tests.Access;

/// <summary>What each endpoint needs: asked of the running server's own list of endpoints, so that none can be forgotten.</summary>
public sealed class EndpointTests : IDisposable
{
    // Whoever adds an endpoint says here who may call it, and thinks about it.
    private static readonly Dictionary<string, string> Needed = new()
    {
        ["/depthvla.admin.v1.AdminService/ListModels"] = "admin",
        ["/depthvla.admin.v1.AdminService/LoadModel"] = "admin",
        ["/depthvla.admin.v1.AdminService/PromoteModel"] = "admin",
        ["/depthvla.admin.v1.AdminService/RollbackModel"] = "admin",
        ["/depthvla.policy.v1.PolicyService/GetModelInfo"] = "infer",
        ["/depthvla.policy.v1.PolicyService/Infer"] = "infer",
        ["/depthvla.policy.v1.PolicyService/Act"] = "infer",
        ["/grpc.health.v1.Health/Check"] = "none",
        ["/grpc.health.v1.Health/Watch"] = "none",
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = "observe",
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = "observe",
        ["/livez"] = "none",
        ["/readyz"] = "none",
        ["/startupz"] = "none",
        ["/metrics"] = "observe",
        ["/"] = "none",
        ["/status"] = "observe",
        ["/camera"] = "observe",
        ["/depth"] = "observe",
    };

    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task Endpoints_Everyone_SaysWhatItNeeds()
    {
        await using var server = await StartAsync();
        Assert.Equal(Needed.OrderBy(one => one.Key, StringComparer.Ordinal), Endpoints(server).Select(one => KeyValuePair.Create(Path(one), Declared(one))).OrderBy(one => one.Key, StringComparer.Ordinal));
        Assert.Contains("grpc:/depthvla.policy.v1.PolicyService/Act", Endpoints(server).Select(one => (IsGrpc(one) ? "grpc:" : "") + Path(one)));
    }

    [Fact]
    public async Task Call_EveryEndpoint_IsAnsweredToItsScopeAloneAndToNobodyElse()
    {
        await using var server = await StartAsync();
        foreach (var endpoint in Endpoints(server))
        {
            var needed = Declared(endpoint);
            foreach (var (scope, token) in new[] { ("nobody", null), ("infer", Fleet.RobotToken), ("observe", Fleet.ObserverToken), ("admin", Fleet.AdminToken) })
            {
                var answer = await CallAsync(server, endpoint, token);
                var expected = needed == "none" || needed == scope ? "let in" : token is null ? "UNAUTHENTICATED" : "PERMISSION_DENIED";
                Assert.True(expected == answer, $"{Path(endpoint)} by {scope}: expected {expected}, got {answer}");
            }
        }
    }

    [Fact]
    public async Task Call_EndpointThatSaysNothing_NeedsAdmin()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options), map: app => app.MapGet("/forgotten", () => "done"));
        foreach (var (token, expected) in new[] { (null, HttpStatusCode.Unauthorized), (Fleet.RobotToken, HttpStatusCode.Forbidden), (Fleet.ObserverToken, HttpStatusCode.Forbidden), (Fleet.AdminToken, HttpStatusCode.OK) })
        {
            using var http = Fleet.Http(server.App.Urls.Last(), token);
            Assert.Equal(expected, (await http.GetAsync(new Uri("/forgotten", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Call_MethodThatThereIsNot_TellsStrangersNothing()
    {
        await using var server = await StartAsync();
        Assert.Equal("16", await GrpcStatusAsync(server, "/depthvla.policy.v1.PolicyService/NoSuch", token: null));
        Assert.Equal("7", await GrpcStatusAsync(server, "/no.Such/Method", Fleet.RobotToken));
        Assert.Equal("12", await GrpcStatusAsync(server, "/no.Such/Method", Fleet.AdminToken));
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { Reflection = true });

    // gRPC's two for what there is not have no method and say nothing: the tests of those are their own.
    private static RouteEndpoint[] Endpoints(RunningServer server) =>
        [.. server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.Cast<RouteEndpoint>().Where(one => IsGrpc(one) || one.RoutePattern.Parameters.Count == 0)];

    private static bool IsGrpc(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;

    private static string Path(RouteEndpoint endpoint) => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}";

    private static string Declared(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<NeedsScopeAttribute>()?.Scope.Name() ?? "nothing said";

    private static async Task<string> CallAsync(RunningServer server, RouteEndpoint endpoint, string? token)
    {
        if (IsGrpc(endpoint))
        {
            return await GrpcStatusAsync(server, Path(endpoint), token) switch { "16" => "UNAUTHENTICATED", "7" => "PERMISSION_DENIED", _ => "let in" };
        }

        using var http = Fleet.Http(server.App.Urls.Last(), token);
        var response = await http.GetAsync(new Uri(Path(endpoint), UriKind.Relative), TestContext.Current.CancellationToken).Soon();
        return response.StatusCode switch { HttpStatusCode.Unauthorized => "UNAUTHENTICATED", HttpStatusCode.Forbidden => "PERMISSION_DENIED", _ => "let in" };
    }

    // One empty message, whatever the method; the status of a refusal stands among the headers.
    private static async Task<string?> GrpcStatusAsync(RunningServer server, string path, string? token)
    {
        using var http = Fleet.Http(server.GrpcAddress, token);
        using var content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Soon();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.TryGetValues("grpc-status", out var status) ? status.Single() : null;
    }
}
