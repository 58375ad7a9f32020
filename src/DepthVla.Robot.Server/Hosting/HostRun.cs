using System.Net;
using System.Net.Sockets;
using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Policies;

namespace DepthVla.Robot.Server.Hosting;

/// <summary>Runs the server until a signal or a failure ends it.</summary>
internal static class HostRun
{
    /// <summary>0 after a drain; 1 when a port is taken or the policy could not be served.</summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        var state = app.Services.GetRequiredService<ServingState>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HostRun).FullName!);
        var options = app.Services.GetRequiredService<ServerOptions>();
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            logger.Listening(app.Urls.First(), app.Urls.Last());
            if (options.OpenpiPort >= 0) logger.ListeningForOpenPi(app.Urls.ElementAt(app.Urls.Count - 2)); // see Ports
        });
        if (options.Insecure) app.Lifetime.ApplicationStarted.Register(() => logger.Insecure(options.Bind, options.TlsCertificate.Length > 0 ? "with" : "WITHOUT", options.KnowsCallers ? "known" : "NOT known"));
        try
        {
            await app.RunAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            logger.CannotListen(e.Message);
            return 1;
        }

        return state.Now.Phase == ServingPhase.Failed ? 1 : 0;
    }
}

internal static partial class HostLog
{
    [LoggerMessage(1, LogLevel.Information, "gRPC on {Grpc}, probes and metrics on {Http}")]
    public static partial void Listening(this ILogger logger, string grpc, string http);

    [LoggerMessage(3, LogLevel.Information, "openpi's clients on {WebSocket}")]
    public static partial void ListeningForOpenPi(this ILogger logger, string webSocket);

    [LoggerMessage(2, LogLevel.Critical, "Cannot listen: {Cause} Choose other ports with --grpc-port, --http-port and --openpi-port, or another address with --bind")]
    public static partial void CannotListen(this ILogger logger, string cause);

    [LoggerMessage(4, LogLevel.Warning, "Insecure, as told: on {Address} {Tls} TLS, and callers are {Known}")]
    public static partial void Insecure(this ILogger logger, IPAddress address, string tls, string known);
}
