using System.Diagnostics;
using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Remote;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DepthVla.Robot.Server.Tests.Running;

/// <summary>The whole server in this process, on real sockets.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];

    private RunningServer(WebApplication app) => App = app;

    public WebApplication App { get; }

    public string GrpcAddress => App.Urls.First();

    public HttpClient Http => new() { BaseAddress = new Uri(App.Urls.Last()) };

    public ServingState State => App.Services.GetRequiredService<ServingState>();

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<RunningServer> StartAsync(IPolicy policy, Func<ServerOptions, ServerOptions>? configure = null, TimeProvider? time = null, Action<WebApplication>? map = null)
    {
        var server = await LoadAsync(new TestLoader(policy), configure, time, map);
        await server.Until(ServingPhase.Ready);
        (policy as GatedPolicy)?.Arm();
        return server;
    }

    /// <summary>Starts it and does not wait for the policy.</summary>
    public static async Task<RunningServer> LoadAsync(IPolicyLoader loader, Func<ServerOptions, ServerOptions>? configure = null, TimeProvider? time = null, Action<WebApplication>? map = null)
    {
        var options = new ServerOptions { Checkpoint = "", GrpcPort = 0, HttpPort = 0, LogLevel = LogLevel.None, MaxCallRate = 100_000 /* faster than any fleet */ };
        var app = Program.Build(configure?.Invoke(options) ?? options, loader, time ?? TimeProvider.System);
        map?.Invoke(app);
        await app.StartAsync();
        return new(app);
    }

    public async Task Until(ServingPhase phase)
    {
        while (true)
        {
            var changed = State.Changed;
            if (State.Now.Phase == phase) return;
            await changed.Soon();
        }
    }

    /// <summary>A connection of its own.</summary>
    public GrpcChannel Connect(ServiceCredentials? credentials = null)
    {
        var channel = ServiceChannel.Create(GrpcAddress, credentials);
        _channels.Add(channel);
        return channel;
    }

    public DepthVla.Policy.V1.PolicyService.PolicyServiceClient Client() => new(Connect());

    public Task<PolicySession> OpenAsync(RobotContract? contract = null, ServiceCredentials? credentials = null) =>
        PolicySession.OpenAsync(Connect(credentials), contract ?? TestRobot.Contract, MonotonicClock.System, TestContext.Current.CancellationToken).Soon();

    /// <summary>Opens a session for a robot whose former stream is just being noticed as gone.</summary>
    public async Task<PolicySession> ReopenAsync(RobotContract? contract = null)
    {
        for (var start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await OpenAsync(contract);
            }
            catch (RobotTakenException) when (Stopwatch.GetElapsedTime(start) < Patience.Limit)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels) channel.Dispose();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await App.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await App.DisposeAsync();
    }
}
