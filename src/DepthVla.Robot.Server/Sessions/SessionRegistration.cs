using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Sessions;

internal static class SessionRegistration
{
    // For ending the streams that are left and the policy's last answer.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);

    public static void AddSessions(this IServiceCollection services, ServerOptions options)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = options.MaxRequestBytes;
            grpc.CompressionProviders.Clear(); // pictures are compressed already, and a few bytes of gzip can unfold to gigabytes
        });
        if (options.Reflection) services.AddGrpcReflection();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Admission>();
        services.AddSingleton<Handshake>();
        services.AddSingleton<SessionServices>();
        services.AddSingleton<RobotStreams>();
        services.AddSingleton<ToolCalls>();
        services.AddSingleton<PolicyGrpcService>();
        services.AddHostedService<Drain>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + AfterDrain);
    }

    public static void MapSessions(this WebApplication app, ServerOptions options)
    {
        app.MapGrpcService<PolicyGrpcService>();
        if (options.Reflection) app.MapGrpcReflectionService();
    }
}
