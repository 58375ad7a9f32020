using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Contracts.Tests.Remote;

/// <summary>A server on a real socket that behaves as the test says, well or badly.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public static async Task<ScriptedServer> StartAsync(Script act, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Service(act));
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Takes the contract and gives the session "session-1".</summary>
    public static async Task AcceptAsync(IAsyncStreamReader<Wire.ActRequest> requests, IServerStreamWriter<Wire.ActResponse> responses)
    {
        Assert.True(await requests.MoveNext(TestContext.Current.CancellationToken));
        Assert.NotNull(requests.Current.Contract);
        await responses.WriteAsync(new() { Accepted = new() { SessionId = "session-1", Model = Samples.Model(), MaxRequestBytes = 16 << 20, PromisedRateHz = 10 } });
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    internal delegate Task Script(IAsyncStreamReader<Wire.ActRequest> requests, IServerStreamWriter<Wire.ActResponse> responses, CancellationToken gone);

    private sealed class Service(Script act) : Wire.PolicyService.PolicyServiceBase
    {
        public override Task Act(IAsyncStreamReader<Wire.ActRequest> requestStream, IServerStreamWriter<Wire.ActResponse> responseStream, ServerCallContext context) =>
            act(requestStream, responseStream, context.CancellationToken);
    }
}
