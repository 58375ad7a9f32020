using System.Net;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Integration.Tests.RealArms;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Wire = DepthVla.Policy.V1;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>A policy server on a real socket that swings the arm's waist, soundly, until it is told what else to send.</summary>
internal sealed class RogueServer : IAsyncDisposable
{
    private const int Horizon = 8;
    private const long StepNs = 100_000_000;
    private const double Swing = 0.5, SwingNs = 3e9;

    private static readonly PolicyInfo Info = new()
    {
        Name = "rogue", ModelHash = "m1", NormalizationHash = "n1", Parameters = 1, Trained = true, Precision = "float32", Device = "cpu",
        Cameras = ["primary", "wrist"], Joints = [.. ServedArm.Description.Joints.Select(j => new PolicyJoint(j.Name, j.Unit))],
        Horizon = Horizon, StepRateHz = 1e9 / StepNs, Actions = ActionRepresentation.JointPosition, Dims = 7, ExecuteSteps = 1, HasDepth = false,
    };

    private readonly WebApplication _app;

    private RogueServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>What is sent in the place of a sound answer; null for that answer.</summary>
    public Func<Wire.ActResponse, IEnumerable<Wire.ActResponse>>? Spoil { get => Told.Spoil; set => Told.Spoil = value; }

    /// <summary>What a session is accepted with.</summary>
    public Func<Wire.SessionAccepted, Wire.SessionAccepted> Accept { get => Told.Accept; set => Told.Accept = value; }

    private Orders Told => _app.Services.GetRequiredService<Orders>();

    public static async Task<RogueServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<Orders>();
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

    // The waist goes to and fro with the robot's clock, so that answers to different observations agree.
    private static ActionChunk Sound(Wire.Observation asked)
    {
        var actions = new float[Horizon * Info.Dims];
        for (var step = 0; step < Horizon; step++)
        {
            for (var joint = 0; joint < Info.Dims; joint++) actions[(step * Info.Dims) + joint] = (float)ServedArm.Pose[joint];
            actions[step * Info.Dims] = (float)(Swing * Math.Sin(Math.Tau * (asked.CaptureTimeNs + (step * StepNs)) / SwingNs));
        }

        return new()
        {
            BasedOnSequence = asked.Sequence, FirstStepTimeNs = asked.CaptureTimeNs, StepPeriodNs = StepNs, StepValidNs = StepNs, Steps = Horizon, Dims = Info.Dims,
            Actions = actions, ModelHash = Info.ModelHash, NoiseSeed = 0, Timings = default,
        };
    }

    private sealed class Orders
    {
        public volatile Func<Wire.ActResponse, IEnumerable<Wire.ActResponse>>? Spoil;
        public volatile Func<Wire.SessionAccepted, Wire.SessionAccepted> Accept = accepted => accepted;
    }

    private sealed class Service(Orders told) : Wire.PolicyService.PolicyServiceBase
    {
        private static int _sessions;

        public override Task<Wire.GetModelInfoResponse> GetModelInfo(Wire.GetModelInfoRequest request, ServerCallContext context) =>
            Task.FromResult(new Wire.GetModelInfoResponse { Model = Info.ToWire() });

        public override async Task Act(
            IAsyncStreamReader<Wire.ActRequest> requestStream, IServerStreamWriter<Wire.ActResponse> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            var session = $"{Interlocked.Increment(ref _sessions):x}";
            await responseStream.WriteAsync(new() { Accepted = told.Accept(new() { SessionId = session, Model = Info.ToWire(), MaxRequestBytes = 16 << 20, PromisedRateHz = 60 }) });
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var sound = new Wire.ActResponse { Chunk = Sound(requestStream.Current.Observation).ToWire(session) };
                foreach (var response in told.Spoil?.Invoke(sound) ?? [sound]) await responseStream.WriteAsync(response);
            }
        }
    }
}
