using DepthVla.Robot.Server.Options;
using DepthVla.Robot.Server.Trust;
using Grpc.AspNetCore.Server;

namespace DepthVla.Robot.Server.Sessions;

internal static class SessionRegistration
{
    // For ending the streams that are left and the policy's last answer.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);

    public static void AddSessions(this IServiceCollection services, ServerOptions options)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = options.MaxRequestBytes);

        // Pictures are compressed already, and the limit above does not hold for what a few bytes of gzip unfold to. The defaults are added
        // after every ordinary configuration.
        services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders.Clear());
        if (options.Reflection) services.AddGrpcReflection();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Admission>();
        services.AddSingleton<OpenCalls>();
        services.AddSingleton<Handshake>();
        services.AddSingleton<DepthOnRequest>();
        services.AddSingleton<SessionServices>();
        services.AddSingleton<RobotStreams>();
        services.AddSingleton<ToolCalls>();
        services.AddSingleton<PolicyGrpcService>();
        services.AddHostedService<GracefulStop>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + options.SendTimeout + AfterDrain);
    }

    public static void MapSessions(this WebApplication app, ServerOptions options)
    {
        app.MapGrpcService<PolicyGrpcService>();
        if (options.Reflection) app.MapGrpcReflectionService().NeedsScope(Scope.Observe);
    }
}
