using System.Net;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Serves a policy on a real socket, as plainly as the protocol allows: the contract is checked, each observation answered in turn.</summary>
internal sealed class PolicyOnASocket : IAsyncDisposable
{
    private const string Session = "session-1";

    private readonly WebApplication _app;

    private PolicyOnASocket(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <param name="policy">Served.</param>
    /// <param name="answers">Whether the observation that just came is answered; all are where nothing is said.</param>
    public static async Task<PolicyOnASocket> StartAsync(IPolicy policy, Func<bool>? answers = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Service(policy, answers ?? (() => true)));
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }

    private sealed class Service(IPolicy policy, Func<bool> answers) : Wire.PolicyService.PolicyServiceBase
    {
        public override Task<Wire.GetModelInfoResponse> GetModelInfo(Wire.GetModelInfoRequest request, ServerCallContext context) =>
            Task.FromResult(new Wire.GetModelInfoResponse { Model = policy.Info.ToWire() });

        public override async Task Act(
            IAsyncStreamReader<Wire.ActRequest> requestStream, IServerStreamWriter<Wire.ActResponse> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            Assert.Empty(ContractCheck.Differences(requestStream.Current.Contract.ToCore(), policy.Info));
            await responseStream.WriteAsync(new() { Accepted = new() { SessionId = Session, Model = policy.Info.ToWire(), MaxRequestBytes = 16 << 20, PromisedRateHz = 60 } });
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                if (!answers()) continue;
                var chunk = await policy.InferAsync(requestStream.Current.Observation.ToCore(), context.CancellationToken);
                await responseStream.WriteAsync(new() { Chunk = chunk.ToWire(Session) });
            }
        }
    }
}
