using System.Net;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Robots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DepthVla.Robot.Drivers.Emulation.ArmService;

/// <summary>An arm service on a real socket, whose arm is at once where it is told to be; and what can be wrong with one.</summary>
internal sealed class EmulatedArmService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmulatedArmService(WebApplication app, EmulatedDrive drive, string? socket) =>
        (_app, Drive, Address) = (app, drive, socket is null ? app.Urls.Single() : $"unix:{socket}");

    public string Address { get; }

    /// <summary>The arm, and what is wrong with it.</summary>
    public EmulatedDrive Drive { get; }

    /// <param name="description">What the arm is.</param>
    /// <param name="pose">Where it is.</param>
    /// <param name="socket">A Unix socket's path; null listens on TCP.</param>
    public static async Task<EmulatedArmService> StartAsync(RobotDescription description, double[] pose, string? socket = null)
    {
        var drive = new EmulatedDrive(description.ToWire(), pose);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            if (socket is null) k.Listen(IPAddress.Loopback, 0, Http2);
            else k.ListenUnixSocket(socket, Http2);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(drive);
        var app = builder.Build();
        app.MapGrpcService<EmulatedDrive>();
        await app.StartAsync();
        return new(app, drive, socket);

        static void Http2(ListenOptions listen) => listen.Protocols = HttpProtocols.Http2;
    }

    /// <summary>Is gone from one moment to the next.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }
}
