using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Server.Access;
using DepthVla.Robot.Server.Dashboard;
using DepthVla.Robot.Server.Health;
using DepthVla.Robot.Server.Hosting;
using DepthVla.Robot.Server.Metrics;
using DepthVla.Robot.Server.Models;
using DepthVla.Robot.Server.OpenPi;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;
using DepthVla.Robot.Server.Scheduling;
using DepthVla.Robot.Server.Sessions;
using DepthVla.Robot.Server.Tracing;

namespace DepthVla.Robot.Server;

/// <summary>The policy host: loads one policy and serves it to many robots.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var development = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") == "Development";
        if (!ServerOptionsReader.About.TryRead(arguments, read => ServerOptionsReader.Read(read, development), Console.Out, Console.Error, out var options, out var exitCode))
        {
            return exitCode;
        }

        return await HostRun.RunAsync(Build(options, new CheckpointLoader(options), TimeProvider.System));
    }

    /// <summary>The table of contents.</summary>
    internal static WebApplication Build(ServerOptions options, IPolicyLoader loader, TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        var trust = new TrustFiles(options);
        builder.AddPorts(options, trust.Identity);
        builder.Logging.AddConsoleLogging(options);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new MonotonicClock(time));
        builder.Services.AddServerMetrics();
        builder.Services.AddAccess(options, trust);
        builder.Services.AddTracing(options);
        builder.Services.AddPolicy(loader);
        builder.Services.AddScheduling();
        builder.Services.AddSessions(options);
        builder.Services.AddModels();
        builder.Services.AddOpenPi();
        builder.Services.AddHealth();
        builder.Services.AddDashboard();

        var app = builder.Build();
        app.UsePorts();
        app.MapOpenPi();
        app.UseAccess();
        app.MapSessions(options);
        app.MapModels();
        app.MapHealth();
        app.MapServerMetrics();
        app.MapDashboard();
        return app;
    }
}
